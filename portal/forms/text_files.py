from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 64 * 1024


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
