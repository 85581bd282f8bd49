from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from common.errors import Sentence


class BadPaperError(Exception):
    """A file that is no acceptable paper; `sentence` says why and what to do."""

    def __init__(self, sentence: "Sentence") -> None:
        super().__init__(sentence)
        self.sentence = sentence


def not_permitted() -> BadPaperError:
    return BadPaperError(
        _(
            "Its content is no JPG, PNG, GIF or PDF, whatever its name says. "
            "Upload a photo or a scan in one of these formats."
        )
    )


def damaged() -> BadPaperError:
    return BadPaperError(
        _("The file is damaged or incomplete. Save or scan it again and upload it.")
    )


def more_than_a_paper() -> BadPaperError:
    return BadPaperError(
        _(
            "The file contains something besides the picture. "
            "Open it, save it as a new picture and upload that."
        )
    )
