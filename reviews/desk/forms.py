"""What a reviewer fills in on the page of a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import User
from reviews.desk.colleagues import colleagues_for
from reviews.desk.reasons import ReasonGroup, reason_groups
from reviews.models import Submission
from reviews.services import channel_numbers

_NARROW = {"autocomplete": "off", "spellcheck": "false"}


def _note_field() -> forms.CharField:
    return forms.CharField(
        label=_("Internal note (optional)"),
        help_text=_("For colleagues; the customer never reads it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NothingForm(forms.Form):
    """An action that needs no word, such as claiming."""


class ChannelNumberForm(forms.Form):
    """The channel number for an approved signature, proposed."""

    channel_number = forms.CharField(
        label=_("Channel number"),
        max_length=21,
        help_text=_("The next free number is filled in. The signature is usable at once."),
        widget=forms.TextInput(attrs=_NARROW),
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
    internal_note = _note_field()


class ApproveSignatureForm(ChannelNumberForm, ApproveForm):
    """An approval that assigns the channel number at once; left empty, it is assigned later."""

    field_order = ("channel_number", "comment", "internal_note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["channel_number"]
        number.required = False
        number.help_text = _(
            "The next free number is filled in. Leave it empty to assign the number later."
        )


class RejectForm(forms.Form):
    """A rejection: reasons where the kind has a list of them, and a comment the customer reads."""

    reason_codes = forms.MultipleChoiceField(
        label=_("Reasons"), error_messages={"required": _("Choose at least one reason.")}
    )
    comment = forms.CharField(
        label=_("Comment for the customer"),
        help_text=_("Say what to change, in words the customer understands."),
        error_messages={
            "required": _("Write a comment: the customer reads it to know what to change.")
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    internal_note = _note_field()

    def __init__(self, *args: Any, case: Submission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups: list[ReasonGroup] = reason_groups(case)
        codes = self.fields["reason_codes"]
        codes.required = bool(self.groups)
        codes.choices = [  # type: ignore[attr-defined]
            (reason.code, reason.explanation) for group in self.groups for reason in group.reasons
        ]

    @property
    def chosen(self) -> list[str]:
        """The codes that are ticked."""
        return list(self["reason_codes"].value() or [])


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = forms.CharField(
        label=_("New note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReassignForm(forms.Form):
    """The colleague who takes a case over."""

    to = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none())

    def __init__(self, *args: Any, case: Submission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues_for(case)  # type: ignore[attr-defined]


class ReopenForm(forms.Form):
    """Why a decided case is opened again."""

    reason = forms.CharField(
        label=_("Why the case is opened again"), widget=forms.Textarea(attrs={"rows": 2})
    )


class DeactivateForm(forms.Form):
    """Why an approved template may not be used any more."""

    reason = forms.CharField(
        label=_("Why the template is deactivated"),
        help_text=_("The customer reads it. A deactivated template cannot be restored."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
