"""Forms of the Group SMS Assistant (spec console §9.2)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer
from messaging.groups.sources import Pasted, Recipients, Saved, Uploaded
from messaging.models import RecipientList
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType

SOURCES: dict[str, Callable[[Any], Recipients]] = {
    "file": Uploaded,
    "recipient_list": Saved,
    "numbers": Pasted,
}
"""Where recipients come from, by the field of the form that holds it."""

_CHOOSE_FIRST = _("Choose …")
_FILE_WIDGET = forms.FileInput(attrs={"accept": ".xlsx,.csv,text/csv"})


class SignatureField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Signatures with their types, as the same name may stand for several."""

    def label_from_instance(self, signature: Signature) -> str:
        return f"【{signature.name}】 · {signature.get_type_display()}"


class GroupMessageForm(forms.Form):
    """What to send and under which name; each choice decides the next."""

    name = forms.CharField(
        label=_("Task name"),
        max_length=64,
        help_text=_("Only you see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    application = forms.ModelChoiceField(
        Application.objects.none(), label=_("Application"), empty_label=None
    )
    signature = SignatureField(
        Signature.objects.none(), label=_("Signature"), empty_label=_CHOOSE_FIRST
    )
    template = forms.ModelChoiceField(
        Template.objects.none(), label=_("Template"), empty_label=_CHOOSE_FIRST
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        applications = (
            Application.objects.for_customer(customer)
            .filter(status=Application.Status.LAUNCHED)
            .order_by("id")
        )
        self._offer("application", applications)
        application = self.chosen("application") or applications.first()
        signatures = Signature.objects.for_customer(customer).usable()
        self._offer(
            "signature",
            signatures.filter(application=application).exclude(type=MessageType.VERIFICATION),
        )
        signature = self.chosen("signature")
        templates = Template.objects.for_customer(customer).usable().select_related("version")
        self._offer(
            "template",
            templates.filter(
                Q(signature=signature) | Q(signature=None),
                application=application,
                type=signature.type,
            )
            if signature
            else templates.none(),
        )

    def chosen(self, name: str) -> Any:
        """The object chosen in a field, or None while there is no valid choice."""
        field: Any = self.fields[name]
        try:
            return field.clean(self[name].value())
        except ValidationError:
            return None

    def _offer(self, name: str, queryset: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = queryset


class RecipientsForm(forms.Form):
    """To whom: a file, a saved list, or numbers pasted as text."""

    source = forms.ChoiceField(
        label=_("Where the numbers come from"),
        choices=[
            ("file", _("A file")),
            ("recipient_list", _("A saved recipient list")),
            ("numbers", _("Numbers that I paste")),
        ],
        initial="file",
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("Recipient file (xlsx or csv)"),
        required=False,
        allow_empty_file=True,
        widget=_FILE_WIDGET,
        help_text=_(
            "One number in each row; the values of the template's variables follow in their "
            "order. Begin with the sample workbook."
        ),
    )
    recipient_list = forms.ModelChoiceField(
        RecipientList.objects.none(),
        label=_("Recipient list"),
        required=False,
        empty_label=_CHOOSE_FIRST,
    )
    numbers = forms.CharField(
        label=_("Numbers"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_(
            "One number in each line. Where the template has variables, their values follow in "
            "the same line, separated by commas or tabs."
        ),
    )

    MISSING = {
        "file": _("Choose a file, or drop one here."),
        "recipient_list": _("Choose one of your lists."),
        "numbers": _("Paste at least one number."),
    }

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists: Any = self.fields["recipient_list"]
        lists.queryset = RecipientList.objects.for_customer(customer).ready()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        source = cleaned.get("source", "")
        if source and source not in self.errors and not _is_given(cleaned.get(source)):
            self.add_error(source, self.MISSING[source])
        return cleaned

    @property
    def recipients(self) -> Recipients:
        """The one source that was chosen."""
        source = self.cleaned_data["source"]
        return SOURCES[source](self.cleaned_data[source])


class ListForm(forms.Form):
    """A recipient list from a file: its numbers, and values of variables beside them."""

    name = forms.CharField(
        label=_("List name"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("Recipient file (xlsx or csv)"),
        allow_empty_file=True,
        widget=_FILE_WIDGET,
        help_text=_(
            "One number in each row; values of template variables may follow in the next columns."
        ),
    )


class ListNameForm(forms.Form):
    """Another name for a recipient list."""

    name = forms.CharField(label=_("List name"), max_length=64)


def _is_given(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None
