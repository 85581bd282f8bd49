from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.models import Export


class ExportForm(forms.Form):
    """How the file is to be written."""

    format = forms.TypedChoiceField(
        label=_("Format"),
        coerce=Export.Format,
        choices=Export.Format.choices,
        initial=Export.Format.CSV,
        widget=forms.RadioSelect,
    )
