from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.audit_words import OBJECTS, VERBS
from customers.models import AuditEvent, Customer, User


class AuditForm(forms.Form):
    """What to look for in the audit trail; empty fields do not matter."""

    actor = forms.ModelChoiceField(
        User.objects.none(), label=_("Who"), required=False, empty_label=_("All")
    )
    verb = forms.ChoiceField(
        label=_("Action"), required=False, choices=[("", _("All")), *VERBS.items()]
    )
    object_type = forms.ChoiceField(
        label=_("Object type"), required=False, choices=[("", _("All")), *OBJECTS.items()]
    )
    name = forms.CharField(label=_("Object"), required=False, max_length=128)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor: Any = self.fields["actor"]
        actor.queryset = User.objects.filter(memberships__customer=customer).order_by("email")

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def narrowed(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """The events that fit every filter that was set."""
        wanted = self.cleaned_data
        for field in ("actor", "verb", "object_type"):
            if wanted[field]:
                events = events.filter(**{field: wanted[field]})
        if wanted["name"]:
            events = events.filter(object_name__icontains=wanted["name"])
        if wanted["since"]:
            events = events.filter(at__gte=_midnight(wanted["since"], time.min))
        if wanted["until"]:
            events = events.filter(at__lte=_midnight(wanted["until"], time.max))
        return events


def _midnight(day: Any, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
