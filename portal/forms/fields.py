from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class YesNoField(forms.TypedChoiceField):
    """A question that has to be answered: two radio buttons, never an unticked box."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[(False, _("No")), (True, _("Yes"))],
            coerce=lambda value: value in (True, "True"),
            widget=forms.RadioSelect,
            **kwargs,
        )


class MomentField(forms.DateTimeField):
    """A date and a time in the platform's zone, chosen with the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(
                format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": "1"}
            ),
            **kwargs,
        )
