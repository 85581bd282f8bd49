import re
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


class AddressListField(forms.CharField):
    """IP addresses and networks, one a line or separated by commas; cleaned to a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [
            entry for entry in re.split(r"[\s,，;；]+", super().to_python(value) or "") if entry
        ]
