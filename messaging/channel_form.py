"""The form of a channel: the settings of its connector as fields."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from messaging.carriers import CONNECTORS
from messaging.carriers.wire.options import SettingError, names
from messaging.models import Channel

from .channel_settings import (
    FIELDS,
    KINDS,
    MORE,
    SECRETS,
    SIMULATED,
    TITLES,
    CmppFields,
    SimulatedFields,
    SmppFields,
    in_words,
    number,
)

if TYPE_CHECKING:
    ChannelModelForm = forms.ModelForm[Channel]
else:  # Django's forms take type arguments in their stubs only.
    ChannelModelForm = forms.ModelForm

MESSAGES_PER_S = "messages_per_s"


class ChannelForm(ChannelModelForm, SimulatedFields, SmppFields, CmppFields):
    """A channel with its settings as fields; a field left empty takes the default.

    The fields of connectors that were not chosen are ignored, whatever stands in them.
    """

    connector = forms.ChoiceField(
        label=_("Connector"), choices=[(name, TITLES[name]) for name in CONNECTORS]
    )
    messages_per_s = number(
        _("Messages per second"),
        _(
            "Most messages a second that the channel submits: 0.001 to 10000, 0.1 is one message "
            "in 10 seconds. Empty: no limit."
        ),
        0.001,
        10_000,
    )
    window = forms.IntegerField(
        label=_("Window"),
        initial=500,
        validators=[
            MinValueValidator(1, _("The window is 1 to 5000 messages.")),
            MaxValueValidator(5000, _("The window is 1 to 5000 messages.")),
        ],
        help_text=_(
            "How many messages are handed to the carrier at a time. Up to three such slices are "
            "under way."
        ),
    )

    class Meta:
        model = Channel
        fields = ("name", "connector", "window", "failover_after_s", "is_enabled", "is_default")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self._stored().items():
            self.initial.setdefault(name, value)
        for connector, secret in SECRETS.items():
            if f"{connector}_{secret}" in self.fields:
                self.fields[f"{connector}_{secret}"].help_text = (
                    _("One is stored. Empty: it stays as it is.")
                    if secret in self.instance.secrets
                    else _("None is stored yet. It is kept encrypted and never shown again.")
                )

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in self._ignored():
            self.errors.pop(name, None)
            self.cleaned_data.pop(name, None)
        connector = self.cleaned_data.get("connector", "")
        if connector in KINDS:
            self._check(connector)
        return self.cleaned_data

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that count and were changed."""
        ignored = self._ignored()
        return [name for name in super().changed_data if name not in ignored]

    def save(self, commit: bool = True) -> Channel:
        """Write the fields into the channel's settings, its secret apart from them."""
        connector = self.cleaned_data["connector"]
        self.instance.config = self._config(connector)
        self.instance.secrets = self._secrets(connector)
        return super().save(commit)

    def _stored(self) -> dict[str, Any]:
        """The fields as the channel's settings fill them in."""
        config, connector = self.instance.config, self.instance.connector
        common = {MESSAGES_PER_S: config.get(MESSAGES_PER_S)}
        if connector not in KINDS:
            return common | {name: config.get(name) for name in SIMULATED}
        own = _own_settings(connector)
        more = {name: value for name, value in config.items() if name not in {*own, MESSAGES_PER_S}}
        return common | {
            **{f"{connector}_{name}": config.get(name) for name in own},
            f"{connector}_{MORE}": more,
        }

    def _ignored(self) -> set[str]:
        """The fields of the connectors that are not chosen."""
        chosen = self["connector"].value()
        return {
            name for connector, fields in FIELDS.items() if connector != chosen for name in fields
        }

    def _check(self, connector: str) -> None:
        """Put what is wrong with the settings of a connector to the field it stands in."""
        kind, more = KINDS[connector], f"{connector}_{MORE}"
        for name in self.cleaned_data.get(more, {}):
            if f"{connector}_{name}" in self.fields:
                problem = translate("%(name)s has a field of its own: enter it there.")
                self.add_error(more, problem % {"name": name})
            elif name not in names(kind):
                problem = translate("There is no setting %(name)s: remove it or correct its name.")
                self.add_error(more, problem % {"name": name})
        try:
            kind.of(self._config(connector), self._secrets(connector))
        except SettingError as error:
            field = f"{connector}_{error.name}"
            if field in self.errors:
                return
            if field in self.fields:
                self.add_error(field, in_words(error.rule))
            else:
                self.add_error(more, f"{error.name}: {in_words(error.rule)}")

    def _config(self, connector: str) -> dict[str, Any]:
        """The settings that the fields give; the simulated carrier's others stay as they are."""
        given = self.cleaned_data
        if connector in KINDS:
            fields = {name: given.get(f"{connector}_{name}") for name in _own_settings(connector)}
            kept: dict[str, Any] = given.get(f"{connector}_{MORE}", {})
        else:
            fields = {name: given.get(name) for name in SIMULATED}
            before = self.instance.config if self.initial["connector"] == connector else {}
            kept = {
                name: value
                for name, value in before.items()
                if name not in {*SIMULATED, MESSAGES_PER_S}
            }
        fields[MESSAGES_PER_S] = given.get(MESSAGES_PER_S)
        return kept | {name: value for name, value in fields.items() if _is_given(value)}

    def _secrets(self, connector: str) -> dict[str, str]:
        """The secret that was entered, or else the stored one; other connectors' are forgotten."""
        name = SECRETS.get(connector, "")
        secret = self.cleaned_data.get(f"{connector}_{name}") or self.instance.secrets.get(name)
        return {name: secret} if secret else {}


def _own_settings(connector: str) -> list[str]:
    """The settings of a connector that have a field of their own, without its secret."""
    names_ = [name.removeprefix(f"{connector}_") for name in FIELDS[connector]]
    return [name for name in names_ if name not in (MORE, SECRETS[connector])]


def _is_given(value: Any) -> bool:
    return value is not False and value not in (None, "")
