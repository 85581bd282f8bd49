"""The settings of each connector as fields of the channel's form, and their rules in words."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from messaging.carriers.cmpp.settings import CmppSettings
from messaging.carriers.smpp.settings import SmppSettings

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DAY_S = 86_400

KINDS: dict[str, type[SmppSettings] | type[CmppSettings]] = {
    "smpp": SmppSettings,
    "cmpp": CmppSettings,
}
"""What reads the settings of a connector, where it has rules of its own."""
SECRETS = {"smpp": "password", "cmpp": "shared_secret"}
"""The setting that is kept encrypted and apart from the others."""
SIMULATED = ("delay_s", "slow_delay_s", "failure_ratio", "receipts_per_s")
MORE = "more"


class MoreSettingsField(forms.JSONField):
    """Settings without a field of their own: a JSON object, {} where nothing is given."""

    def __init__(self) -> None:
        super().__init__(
            label=_("More settings"),
            required=False,
            initial=dict,
            help_text=_(
                'Every other setting in docs/carriers.md, as a JSON object: {"utc_offset_h": 8}.'
            ),
            error_messages={
                "invalid": _('A JSON object is needed, for example {"utc_offset_h": 8}.'),
            },
            widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        )

    def to_python(self, value: Any) -> Any:
        settings = super().to_python(value)
        if settings is None:
            return {}
        if not isinstance(settings, dict):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return settings


def number(
    label: "_StrPromise", rule: "_StrPromise", lowest: float, highest: float
) -> forms.FloatField:
    """A setting that may be left out; `rule` is its help and what an error says."""
    return forms.FloatField(
        label=label,
        required=False,
        help_text=rule,
        validators=[MinValueValidator(lowest, rule), MaxValueValidator(highest, rule)],
        error_messages={"invalid": rule},
    )


def _whole(label: "_StrPromise", help_text: "_StrPromise") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, help_text=help_text)


def _text(label: "_StrPromise", help_text: "_StrPromise | str" = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text)


def _secret(label: "_StrPromise") -> forms.CharField:
    """A field that is never filled in; left empty, what is stored stays."""
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _parts_per_s() -> forms.FloatField:
    return forms.FloatField(
        label=_("Parts per second"),
        required=False,
        help_text=_(
            "Most parts a second over all sessions of the channel, 0 to 100000. Empty: no limit."
        ),
    )


class SimulatedFields(forms.Form):
    delay_s = number(
        _("Delay of receipts in seconds"),
        _("Simulated carrier: 0 to 86400 seconds from submission to receipt. Empty: 1."),
        0,
        DAY_S,
    )
    slow_delay_s = number(
        _("Delay of the slow number in seconds"),
        _("Simulated carrier: 0 to 86400 seconds for the scenario number. Empty: 180."),
        0,
        DAY_S,
    )
    failure_ratio = number(
        _("Failure ratio"),
        _("Simulated carrier: share of messages that fail, 0 to 1. Empty: 0."),
        0,
        1,
    )
    receipts_per_s = number(
        _("Receipts per second"),
        _("Simulated carrier: most receipts a second, 0.1 to 100000. Empty: no limit."),
        0.1,
        100_000,
    )


class SmppFields(forms.Form):
    smpp_host = _text(_("Host"), _("Where the carrier listens: a name or an IP address."))
    smpp_port = _whole(_("Port"), _("1 to 65535. Empty: 2775."))
    smpp_system_id = _text(_("System ID"), _("The account, at most 15 characters."))
    smpp_password = _secret(_("Password"))
    smpp_system_type = _text(_("System type"), _("Only if the carrier asks for one."))
    smpp_bind = forms.ChoiceField(
        label=_("Sessions are"),
        required=False,
        choices=[
            ("transceiver", _("transceivers: one for both directions")),
            ("pair", _("pairs: a transmitter and a receiver")),
        ],
    )
    smpp_tls = forms.BooleanField(label=_("TLS"), required=False)
    smpp_sessions = _whole(_("Number of sessions"), _("Sessions or pairs, 1 to 32. Empty: 1."))
    smpp_submits_in_flight = _whole(
        _("Window of a session"), _("Submissions without an answer, 1 to 1000. Empty: 10.")
    )
    smpp_submits_per_s = _parts_per_s()
    smpp_more = MoreSettingsField()


class CmppFields(forms.Form):
    cmpp_host = _text(_("Host"), _("Where the carrier listens: a name or an IP address."))
    cmpp_port = _whole(_("Port"), _("1 to 65535. Empty: 7890."))
    cmpp_source_addr = _text(_("Source address"), _("The SP_Id, at most 6 characters."))
    cmpp_shared_secret = _secret(_("Shared secret"))
    cmpp_version = forms.ChoiceField(
        label=_("Version"), required=False, choices=[(v, v) for v in ("2.0", "2.1", "3.0")]
    )
    cmpp_service_id = _text(_("Service ID"), _("Only if the carrier asks for one."))
    cmpp_sessions = _whole(_("Number of sessions"), _("1 to 32. Empty: 1."))
    cmpp_submits_in_flight = _whole(
        _("Window of a session"), _("Submissions without an answer, 1 to 256. Empty: 16.")
    )
    cmpp_submits_per_s = _parts_per_s()
    cmpp_more = MoreSettingsField()


TITLES: dict[str, "_StrPromise | str"] = {
    "simulated": _("Simulated carrier"),
    "smpp": "SMPP",
    "cmpp": "CMPP",
}
FIELDS: dict[str, tuple[str, ...]] = {
    "simulated": tuple(SimulatedFields.base_fields),
    "smpp": tuple(SmppFields.base_fields),
    "cmpp": tuple(CmppFields.base_fields),
}
"""The fields of each connector's settings, in the order of the form."""

_RULES = (
    (r"it is missing", _("This setting is needed.")),
    (r"a whole number is needed", _("A whole number is needed.")),
    (r"a number is needed", _("A number is needed.")),
    (r"true or false is needed", _("true or false is needed.")),
    (
        r"(?P<value>.+) is not between (?P<least>\S+) and (?P<most>\S+)",
        _("%(value)s is not between %(least)s and %(most)s."),
    ),
    (
        r"a text of at most (?P<most>\d+) ASCII characters is needed",
        _("A text of at most %(most)s ASCII characters is needed."),
    ),
    (r"(?P<value>.+) is none of (?P<words>.+)", _("%(value)s is none of %(words)s.")),
    (
        r"a list of some of (?P<words>.+) is needed",
        _("A list of some of these words is needed: %(words)s."),
    ),
    (r"(Invalid isoformat|fromisoformat).*", _("A moment as in 2026-05-01T12:00:00 is needed.")),
)
"""The rules of a connector's settings, and how operations read them."""


def in_words(rule: str) -> str:
    """A rule as `SettingError` gives it, in the language of the page; unknown ones as they are."""
    for pattern, words in _RULES:
        if match := re.fullmatch(pattern, rule, re.DOTALL):
            return str(words) % match.groupdict()
    return rule
