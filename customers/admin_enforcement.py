"""What operations do to accounts and applications, and the penalty register."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.admin_acts import Act, ActingAdmin
from customers.admin_base import ReadOnlyAdmin
from customers.models import Application, Customer, Penalty, QuotaRequest
from customers.services import enforcement, penalties, quotas

_NOTE = _("The customer reads the reason: by e-mail, and in the console.")


class ReasonForm(forms.Form):
    """Why it is done, for the customer."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class FreezeForm(ReasonForm):
    """Why an account is frozen."""

    cause = forms.ChoiceField(label=_("Cause"), choices=Customer.FrozenCause.choices)
    field_order = ("cause", "reason")


class PenaltyForm(forms.Form):
    """A violation that was found."""

    violation = forms.TypedChoiceField(
        label=_("Violation"), choices=Penalty.Violation.choices, coerce=int
    )
    application = forms.ModelChoiceField(
        Application.objects.none(), label=_("Application"), required=False
    )
    comment = forms.CharField(
        label=_("What was found"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application: Any = self.fields["application"]
        application.queryset = Application.objects.for_customer(customer)


class QuotaForm(ReasonForm):
    """A quota that is granted, or taken back, without a request."""

    resource = forms.ChoiceField(label=_("Quota"), choices=QuotaRequest.Resource.choices)
    application = forms.ModelChoiceField(
        Application.objects.none(),
        label=_("Application"),
        required=False,
        help_text=_("For signatures and templates; applications are counted for the account."),
    )
    quota = forms.IntegerField(label=_("How many"), min_value=0, max_value=quotas.HIGHEST)
    field_order = ("resource", "application", "quota", "reason")

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application: Any = self.fields["application"]
        application.queryset = Application.objects.for_customer(customer)


NAMING_APPLICATIONS = frozenset({"penalize", "quota"})
"""Acts whose forms offer the customer's applications."""

CUSTOMER_ACTS = (
    Act(
        name="freeze",
        title=_("Freeze the account"),
        note=_NOTE,
        done=_("The account is frozen. Owners and contacts are told."),
        form=FreezeForm,
        permission=enforcement.FREEZE,
        carry_out=lambda customer, **values: enforcement.freeze(customer=customer, **values),
    ),
    Act(
        name="release",
        title=_("Release the account"),
        note=_NOTE,
        done=_("The account is released. Owners and contacts are told."),
        form=ReasonForm,
        permission=enforcement.FREEZE,
        carry_out=lambda customer, **values: enforcement.release(customer=customer, **values),
        fits=lambda customer: customer.is_frozen,
    ),
    Act(
        name="penalize",
        title=_("Record a violation"),
        note=_(
            "General violations are reminded, the third reminder in a row closes the business; "
            "severe ones suspend it, the next time they close it; critical ones close it."
        ),
        done=_("The violation is recorded, what follows from it is done, the customer is told."),
        form=PenaltyForm,
        permission=penalties.PENALIZE,
        carry_out=lambda customer, **values: penalties.penalize(customer=customer, **values),
    ),
    Act(
        name="quota",
        title=_("Set a quota"),
        note=_("It holds at once. What there is already stays, also above a lower quota."),
        done=_("The quota was set."),
        form=QuotaForm,
        permission="customers.decide_quotarequest",
        carry_out=lambda customer, **values: quotas.grant_quota(customer=customer, **values),
    ),
)

APPLICATION_ACTS = (
    Act(
        name="suspend",
        title=_("Suspend the application"),
        note=_NOTE,
        done=_("The application is suspended. Owners and contacts are told."),
        form=ReasonForm,
        permission=enforcement.SUSPEND,
        carry_out=lambda application, **values: enforcement.suspend_application(
            application=application, **values
        ),
        fits=lambda application: application.suspended_by != Application.SuspendedBy.OPERATIONS,
    ),
    Act(
        name="restore",
        title=_("Restore the application"),
        note=_NOTE,
        done=_("The application is restored. Owners and contacts are told."),
        form=ReasonForm,
        permission=enforcement.SUSPEND,
        carry_out=lambda application, **values: enforcement.restore_application(
            application=application, **values
        ),
        fits=lambda application: application.status == Application.Status.SUSPENDED,
    ),
)


@admin.register(Penalty)
class PenaltyAdmin(ActingAdmin, ReadOnlyAdmin):
    """The penalty register; rows come from the page of a customer."""

    list_display = ("created_at", "customer", "violation", "level", "action", "reminder")
    list_filter = ("level", "action", "violation")
    list_select_related = ("customer",)
    search_fields = ("customer__name", "comment")
    fields = (
        "customer",
        "application",
        "violation",
        "level",
        "action",
        "reminder",
        "comment",
        "created_by",
        "created_at",
        "rectified_at",
    )
    acts = (
        Act(
            name="rectify",
            title=_("Note that it was rectified"),
            note=_("Its reminder does not count any more. A frozen account is released apart."),
            done=_("Noted."),
            form=forms.Form,
            permission=penalties.PENALIZE,
            carry_out=lambda penalty, **values: penalties.rectify(penalty=penalty, **values),
            fits=lambda penalty: penalty.rectified_at is None,
        ),
    )
