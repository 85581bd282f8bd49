"""Fields for the papers that belong to an application, and what is accepted in them."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext

from reviews.models import Evidence
from reviews.services.evidence import Upload

_AS_PDF = frozenset({Evidence.Kind.AUTHORIZATION, Evidence.Kind.TRADEMARK, Evidence.Kind.OTHER})
"""The papers that may be a PDF instead of a picture (spec console §6.1, §6.2)."""

_ADVICE = {
    Evidence.Kind.CERTIFICATE: lambda: gettext(
        "A copy, or a scan in black and white, needs the red company seal."
    ),
    Evidence.Kind.ID_IN_HAND: lambda: gettext("The same person as on both sides of the card."),
    Evidence.Kind.AUTHORIZATION: lambda: gettext(
        "Signed by hand, with the red seal of the company that authorizes you, legible."
    ),
    Evidence.Kind.ICP_SCREENSHOT: lambda: gettext(
        "The page must show the full name and whose it is."
    ),
}


class PaperField(forms.FileField):
    """An upload of one kind of paper; the form's field and the refusal of it share the name."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        types = ".jpg,.jpeg,.png,.gif" + (",.pdf" if kind in _AS_PDF else "")
        super().__init__(
            label=Evidence.Kind(kind).label,
            widget=forms.FileInput(attrs={"accept": types}),
            help_text=lazy(_accepted, str)(kind),
            **kwargs,
        )


def uploads_of(form: forms.Form) -> list[Upload]:
    """The papers chosen in a valid form."""
    return [
        Upload(kind=field.kind, file=form.cleaned_data[name], field=name)
        for name, field in form.fields.items()
        if isinstance(field, PaperField) and form.cleaned_data.get(name)
    ]


def _accepted(kind: str) -> str:
    limit = f"{settings.SMS_EVIDENCE_MAX_BYTES / (1024 * 1024):g}"
    accepted = (
        gettext("JPG, PNG, GIF or PDF, at most %(limit)s MB.")
        if kind in _AS_PDF
        else gettext("JPG, PNG or GIF, at most %(limit)s MB.")
    ) % {"limit": limit}
    advice = _ADVICE.get(Evidence.Kind(kind))
    return f"{accepted} {advice()}" if advice else accepted
