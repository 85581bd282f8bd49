from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer


class ImportForm(forms.Form):
    """A spreadsheet of templates for one application (spec console §8.1)."""

    application = forms.ModelChoiceField(
        Application.objects.none(), label=_("Application"), empty_label=None
    )
    file = forms.FileField(
        label=_("Spreadsheet (.xlsx or .csv)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("At most 1,000 rows and 2 MB. Begin with the sample and keep its first row."),
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        applications: Any = self.fields["application"]
        applications.queryset = Application.objects.for_customer(customer).order_by("id")
