"""Which approved texts have variables: their messages are unknown once the values are erased."""

from collections.abc import Iterable

from messaging.rehearsals.traffic import Sent
from reviews.models import TemplateVersion


class Versions:
    """Remembers for the time of a run what versions of templates say."""

    def __init__(self) -> None:
        self._has_variables: dict[int, bool] = {}

    def learn(self, ids: Iterable[int]) -> None:
        """Look up the versions that are new, in one query."""
        new = set(ids) - self._has_variables.keys()
        if new:
            rows = TemplateVersion.objects.filter(pk__in=new)
            known = dict(rows.values_list("pk", "variable_attributes"))
            self._has_variables |= {pk: bool(known.get(pk)) for pk in new}

    def are_values_erased(self, message: Sent) -> bool:
        """Whether a message had values that nobody knows any more (ruling 29)."""
        if message.values:
            return False
        self.learn([message.version_id])
        return self._has_variables[message.version_id]
