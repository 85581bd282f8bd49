"""Forms that change something which others may change meanwhile."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SeenForm(forms.Form):
    """A form that knows which state of an object its fields were filled from.

    When the object has changed since, the form is refused once with everything typed kept; sent
    again, it replaces what somebody else wrote, knowingly.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    _now = ""

    def watch(self, changed_at: datetime) -> None:
        """Name the state of the object as it is now."""
        self._now = changed_at.isoformat()
        self.fields["seen"].initial = self._now

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        seen = cleaned.pop("seen", "")
        if self._now and seen not in ("", self._now):
            typed: Any = self.data
            self.data = typed.copy()
            self.data[self.add_prefix("seen")] = self._now  # type: ignore[index]
            self.add_error(None, forms.ValidationError(CHANGED_MEANWHILE, code="changed"))
        return cleaned


CHANGED_MEANWHILE = _(
    "Somebody changed this while you were typing. Open it in another window to see what is new; "
    "submit again to put your text in its place."
)
