"""What a reviewer fills in to decide a case."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.codes import rejection_reasons
from reviews.models import Submission
from reviews.models.kinds import MessageType
from reviews.services import channel_numbers

_OF_ONE_TYPE = {
    "TYPE_VERIFICATION_CODE": MessageType.VERIFICATION,
    "TYPE_NOTIFICATION": MessageType.NOTIFICATION,
    "TYPE_PROMOTION": MessageType.PROMOTION,
}
"""Level-1 reasons that apply to templates of a single message type."""


class ChannelNumberForm(forms.Form):
    """The channel number for an approved signature, proposed."""

    channel_number = forms.CharField(
        label=_("Channel number"),
        max_length=21,
        help_text=_("The next free number is filled in. The signature is usable at once."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel_number"].initial = channel_numbers.next_free


class ApproveForm(forms.Form):
    """An approval; the comment is optional."""

    comment = forms.CharField(
        label=_("Comment for the customer (optional)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ApproveSignatureForm(ChannelNumberForm, ApproveForm):
    """An approval that assigns the channel number at once; left empty, it is assigned later."""

    field_order = ("channel_number", "comment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["channel_number"]
        number.required = False
        number.help_text = _(
            "The next free number is filled in. Leave it empty to assign the number later."
        )


class RejectForm(forms.Form):
    """A rejection: one or more reasons, and a comment the customer reads."""

    reason_codes = forms.MultipleChoiceField(
        label=_("Reasons"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reason.")},
    )
    comment = forms.CharField(
        label=_("Comment for the customer"),
        help_text=_("Say what to change, in words the customer understands."),
        error_messages={
            "required": _("Write a comment: the customer reads it to know what to change.")
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, case: Submission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_codes"].choices = reason_choices(case)  # type: ignore[attr-defined]


def approve_form(case: Submission, *args: Any, **kwargs: Any) -> ApproveForm:
    """The form that approves a case of its kind."""
    is_signature = case.kind == Submission.Kind.SIGNATURE
    return (ApproveSignatureForm if is_signature else ApproveForm)(*args, **kwargs)


def reason_choices(case: Submission) -> list[tuple[str, list[tuple[str, str]]]]:
    """The rejection reasons that can apply to a case, grouped by their first level."""
    type = case.snapshot.get("type")
    fitting = [
        reason
        for reason in rejection_reasons(case.kind)
        if _OF_ONE_TYPE.get(reason.level1, type) == type
    ]
    return [
        (words(level1), [(reason.level2, reason.explanation) for reason in reasons])
        for level1, reasons in groupby(fitting, key=lambda reason: reason.level1)
    ]


def words(code: str) -> str:
    """Write a code such as `FORMAT_ERROR` for people: `Format error`."""
    return code.replace("_", " ").capitalize()
