"""Operations pages of channels: how they are and what waits for them."""

from typing import Any

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Model, QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from common.numbers import mask
from customers.admin_acts import ActingAdmin
from customers.admin_base import AuditedAdmin
from messaging.admin_channel_acts import CHANNEL_ACTS
from messaging.channel_form import ChannelForm
from messaging.channel_settings import FIELDS, SECRETS, TITLES
from messaging.models import Channel, ChannelHealth
from messaging.services import health, leases
from messaging.services.channel_control import wire_log_until
from messaging.services.trial import last_trial

COUNTERS = ("submitted", "taken_over", "matched", "unknown", "malformed", "duplicate")


@admin.register(Channel)
class ChannelAdmin(ActingAdmin, AuditedAdmin):
    form = ChannelForm
    acts = CHANNEL_ACTS
    list_display = (
        "name",
        "connector",
        "status",
        "since",
        "waits",
        "rates",
        "odd_receipts",
        "is_enabled",
        "is_default",
    )
    list_filter = ("is_enabled", "connector")
    search_fields = ("name",)
    HEALTH = (
        "status",
        "since",
        "last_error",
        "held_by",
        "sessions",
        "waits",
        "rates",
        "last_signs",
        "receipts",
        "wire_log",
        "test_message",
    )
    STATE: tuple[Any, Any] = (_("State of the connection"), {"fields": HEALTH})
    SETTINGS: tuple[tuple[Any, Any], ...] = tuple(
        (TITLES[connector], {"fields": fields, "classes": ("connector", f"connector-{connector}")})
        for connector, fields in FIELDS.items()
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "connector",
                    "window",
                    "failover_after_s",
                    "messages_per_s",
                    "is_enabled",
                    "is_default",
                    "created_at",
                )
            },
        ),
        *SETTINGS,
        STATE,
    )
    readonly_fields = ("created_at", *HEALTH)

    class Media:
        js = (Script("operations/channel.js", defer=True),)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only read gets the settings as they are stored; secrets are not among them."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": (*ChannelForm.Meta.fields, "config", "created_at")}), self.STATE)

    def record(
        self,
        request: HttpRequest,
        verb: str,
        obj: Model,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Write an audit event; a changed secret is named, never shown."""
        super().record(request, verb, obj, before=_masked(before), after=_masked(after))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        """Channels with their health; what waits for them is looked up once for the page."""
        self.backlogs = health.backlogs()
        return health.channels()

    @admin.display(description=_("status"))
    def status(self, channel: Any) -> SafeString:
        if not channel.is_enabled:
            is_open = channel.down_since is None
            return _pill("waiting", _("Draining")) if is_open else _pill("quiet", _("Off"))
        if channel.down_since is None:
            row = channel.health
            return _pill("waiting", _("Throttled")) if row.is_throttled else _pill("good", _("Up"))
        return _pill("bad", _("Down"))

    @admin.display(description=_("since"))
    def since(self, channel: Any) -> str:
        moment = channel.down_since or channel.health.since
        return date_format(localtime(moment), "Y-m-d H:i:s")

    @admin.display(description=_("waiting messages"))
    def waits(self, channel: Any) -> str:
        held = self.backlogs.get(channel.pk)
        if held is None:
            return "0"
        return _("%(messages)s, the oldest for %(age)s") % {
            "messages": intcomma(held.messages),
            "age": timesince(held.oldest_at),
        }

    @admin.display(description=_("messages and receipts per second"))
    def rates(self, channel: Any) -> str:
        row = _health(channel)
        if row is None or channel.down_since:
            return "–"
        return f"{row.submits_per_s:,.1f} / {row.receipts_per_s:,.1f}"

    @admin.display(description=_("receipts unknown / malformed"))
    def odd_receipts(self, channel: Any) -> str:
        row = _health(channel)
        return f"{row.unknown:,} / {row.malformed:,}" if row else "–"

    @admin.display(description=_("last error"))
    def last_error(self, channel: Any) -> str:
        row = _health(channel)
        if row is None:
            return str(_("No carrier process has carried this channel yet."))
        return row.error or "–"

    @admin.display(description=_("held by"))
    def held_by(self, channel: Any) -> str:
        lease = leases.lease_of(channel) if channel.pk else None
        if lease is None:
            return str(_("No carrier process"))
        words = {
            "process": lease.owner,
            "time": date_format(localtime(lease.taken_at), "Y-m-d H:i:s"),
            "before": lease.inherited_from,
        }
        if lease.inherited_from:
            return _("%(process)s since %(time)s, taken over from %(before)s") % words
        return _("%(process)s since %(time)s") % words

    @admin.display(description=_("sessions"))
    def sessions(self, channel: Any) -> str:
        rows = leases.sessions_of(channel) if channel.pk else ()
        if not rows:
            return "–"
        return render_to_string("operations/sessions.html", {"sessions": rows})

    @admin.display(description=_("last submission / last receipt"))
    def last_signs(self, channel: Any) -> str:
        row = _health(channel)
        moments = (row.submitted_at, row.received_at) if row else (None, None)
        return " / ".join(
            date_format(localtime(one), "Y-m-d H:i:s") if one else "–" for one in moments
        )

    @admin.display(description=_("so far"))
    def receipts(self, channel: Any) -> str:
        row = _health(channel)
        if row is None:
            return "–"
        return _(
            "%(submitted)s messages submitted, %(taken_over)s taken over from another channel; "
            "receipts: %(matched)s matched, %(unknown)s without a message, "
            "%(malformed)s malformed, %(duplicate)s repeated"
        ) % {name: intcomma(getattr(row, name)) for name in COUNTERS}

    @admin.display(description=_("wire log"))
    def wire_log(self, channel: Any) -> str:
        until = wire_log_until(channel)
        if until is None:
            return str(_("Off"))
        return _("Written until %(time)s") % {"time": date_format(localtime(until), "Y-m-d H:i:s")}

    @admin.display(description=_("last test message"))
    def test_message(self, channel: Any) -> SafeString | str:
        message = last_trial(channel) if channel.pk else None
        if message is None:
            return "–"
        return format_html(
            '<a href="{}">{}</a> · {} · {}',
            reverse("admin:messaging_message_change", args=[message.pk]),
            message.get_state_display(),
            mask(message.recipient),
            date_format(localtime(message.request.created_at), "Y-m-d H:i:s"),
        )


def _masked(values: dict[str, Any] | None) -> dict[str, Any]:
    secret = {f"{connector}_{name}" for connector, name in SECRETS.items()}
    return {name: "****" if name in secret else value for name, value in (values or {}).items()}


def _health(channel: Channel) -> ChannelHealth | None:
    return getattr(channel, "health", None)


def _pill(kind: str, words: object) -> SafeString:
    return format_html('<span class="pill pill-{}">{}</span>', kind, words)
