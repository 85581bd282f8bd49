"""Checks of the fields that signatures and templates have in common."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from reviews.models.kinds import MessageType

LONGEST_DESCRIPTION = 300
"""Characters of an application description (ruling 35)."""


def check_type(type: str) -> None:
    """Refuse a message type that does not exist."""
    if type not in MessageType:
        raise Refusal(
            "message_type",
            _("“%(type)s” is no message type. Use one of %(types)s."),
            field="type",
            params={"type": type, "types": ", ".join(MessageType.values)},
        )


def checked_description(description: str) -> str:
    """Return the application description without surrounding blanks; refuse a longer one."""
    description = description.strip()
    if len(description) > LONGEST_DESCRIPTION:
        raise Refusal(
            "description_length",
            _("The description has %(length)s characters; at most %(longest)s are possible."),
            field="description",
            params={"length": len(description), "longest": LONGEST_DESCRIPTION},
        )
    check_storable((description,), field="description")
    return description


def check_storable(texts: Iterable[str], *, field: str) -> None:
    """Refuse texts with NUL characters or lone surrogates, which no database stores."""
    for text in texts:
        if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
            raise Refusal(
                "unstorable_text",
                _("The text contains a character that cannot be stored. Delete it."),
                field=field,
            )
