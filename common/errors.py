"""The one exception that services raise when they refuse what they were asked for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Sentence: TypeAlias = str | _StrPromise
    """A sentence for people, translated when it is shown."""


class Refusal(Exception):
    """A request that the rules do not allow; each interface words it in its own format.

    `code` names the rule for programs. `message` is a sentence that says what was found and
    what to do, with `%(name)s` places for `params`. `field` is the input it is about.
    `permanent` is False when the same request may pass later.
    """

    def __init__(
        self,
        code: str,
        message: "Sentence",
        *,
        field: str | None = None,
        permanent: bool = True,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field
        self.permanent = permanent
        self.params = dict(params or {})

    def __str__(self) -> str:
        """Word the message in the language that is active now."""
        message = str(self.message)
        return message % self.params if self.params else message
