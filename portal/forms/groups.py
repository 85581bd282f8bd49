from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType

from .fields import MomentField

_CHOOSE_FIRST = _("Choose …")


class GroupTaskForm(forms.Form):
    """What to send, under which name, to whom; each choice decides the next (console §9.2)."""

    name = forms.CharField(
        label=_("Task name"),
        max_length=64,
        help_text=_("Only you see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    application = forms.ModelChoiceField(
        Application.objects.none(), label=_("Application"), empty_label=None
    )
    signature = forms.ModelChoiceField(
        Signature.objects.none(), label=_("Signature"), empty_label=_CHOOSE_FIRST
    )
    template = forms.ModelChoiceField(
        Template.objects.none(), label=_("Template"), empty_label=_CHOOSE_FIRST
    )
    file = forms.FileField(
        label=_("Recipient file (csv)"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_(
            "One number in each row; the values of the template's variables follow in their "
            "order. Begin with the sample file."
        ),
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


class ConfirmForm(forms.Form):
    """The last question: at once, or at a planned time of the platform's zone."""

    when = forms.ChoiceField(
        label=_("When to send"),
        choices=[("now", _("At once")), ("later", _("At a planned time"))],
        initial="now",
        widget=forms.RadioSelect,
    )
    scheduled_at = MomentField(label=_("Planned time"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = timezone.localtime() + timedelta(days=settings.SMS_GROUP_MAX_AHEAD_DAYS)
        self.fields["scheduled_at"].widget.attrs |= {
            "min": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
            "max": latest.strftime("%Y-%m-%dT%H:%M"),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_unplanned = "scheduled_at" in cleaned and not cleaned["scheduled_at"]
        if cleaned.get("when") == "later" and is_unplanned:
            self.add_error("scheduled_at", _("Say when the task shall start."))
        return cleaned

    @property
    def start(self) -> datetime | None:
        """The planned time, or None for at once."""
        if self.cleaned_data["when"] == "now":
            return None
        planned: datetime = self.cleaned_data["scheduled_at"]
        return planned
