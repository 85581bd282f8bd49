from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from messaging.services.lines import WrongLine

MOST_BYTES = 64 * 1024


def in_places(wrong: Iterable[WrongLine], typed: str) -> list[tuple[str, WrongLine]]:
    """Say of each wrong line whether it stands in the field, whose text is `typed`, or in the file.

    The lines of the file were counted after those of the field.
    """
    above = len(typed.splitlines())
    return [
        (
            str(line.place)
            if line.place <= above
            else gettext("File, line %(place)s") % {"place": line.place - above},
            line,
        )
        for line in wrong
    ]


class TextFileField(forms.FileField):
    """A text file with one entry in a line, cleaned to its text; empty when none was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.FileInput(attrs={"accept": ".txt,.csv"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> str:
        file = super().clean(data, initial)
        if not file:
            return ""
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 64 KB. Leave out some lines."))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("The file is not a UTF-8 text. Save it as UTF-8 and choose it again.")
            ) from None
