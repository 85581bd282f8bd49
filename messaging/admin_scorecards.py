"""Operations pages: how channels did, where they dropped, and what waits."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.clock import now
from customers.admin_base import ReadOnlyAdmin
from messaging.models import AlarmEmail, ChannelAlarm
from messaging.services import health
from messaging.services.alarm_words import change_of
from messaging.statistics.callback_lag import callback_lags
from messaging.statistics.charts import Chart, Kind, Series, Unit, written
from messaging.statistics.places import CARRIERS
from messaging.statistics.scorecards import Score, Scorecard, scorecards
from reviews.models.kinds import MessageType

if TYPE_CHECKING:
    from common.errors import Sentence

MOST_LAGS = 50
MOST_ALARMS = 20


class SpanForm(forms.Form):
    """How far the page looks back."""

    SPANS = {"1": _("Last 24 hours"), "7": _("Last 7 days"), "31": _("Last 31 days")}

    days = forms.ChoiceField(label=_("Time"), choices=list(SPANS.items()), required=False)

    @property
    def chosen(self) -> int:
        """Whole days; a day for anything that is no choice."""
        return int(self.cleaned_data.get("days") or 1) if self.is_valid() else 1


@admin.register(ChannelAlarm)
class ChannelAlarmAdmin(ReadOnlyAdmin):
    """Alarms of channels that are on and that were, and the page of scorecards."""

    list_display = ("channel", "measure", "change", "messages", "began_at", "ended_at")
    list_filter = ("measure", ("ended_at", admin.EmptyFieldListFilter), "channel")
    list_select_related = ("channel",)
    fields = ("channel", "measure", "change", "messages", "began_at", "ended_at", "told")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may look at channels."""
        return bool(request.user.has_perm("messaging.view_channel"))

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "scorecards/",
            self.admin_site.admin_view(self.scorecards_view),
            name="messaging_scorecards",
        )
        return [page, *super().get_urls()]

    @admin.display(description=_("before → now"))
    def change(self, alarm: ChannelAlarm) -> str:
        return change_of(alarm)

    @admin.display(description=_("told by e-mail"))
    def told(self, alarm: ChannelAlarm) -> str:
        """How many of the e-mails about it are sent."""
        emails = alarm.emails.values_list("state", flat=True)
        sent = sum(state == AlarmEmail.State.SENT for state in emails)
        return gettext("%(sent)s of %(all)s") % {"sent": sent, "all": len(emails)}

    def scorecards_view(self, request: HttpRequest) -> HttpResponse:
        """Show the scorecards of all channels."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = SpanForm(request.GET)
        days = form.chosen
        context = self.admin_site.each_context(request) | {
            "title": gettext("Channel scorecards"),
            "form": form,
            "cards": [Drawn(card, is_daily=days > 1) for card in _cards(days)],
            "alarms": [(alarm, change_of(alarm)) for alarm in open_alarms()],
            "waits": _waits(),
            "lags": callback_lags(limit=MOST_LAGS),
        }
        return TemplateResponse(request, "operations/scorecards.html", context)


class Drawn:
    """A scorecard as the page shows it."""

    def __init__(self, card: Scorecard, *, is_daily: bool) -> None:
        self.card = card
        self.is_daily = is_daily
        self.channel = card.channel
        self.figures = figures_of(card.together)
        self.kinds = [
            (CARRIERS[carrier], _TYPES.get(type_, type_), figures_of(score))
            for (carrier, type_), score in sorted(
                card.kinds.items(), key=lambda kind: -kind[1].messages
            )
        ]

    @property
    def charts(self) -> list[Chart]:
        """Throughput with what arrived of it, and the latency, over time."""
        key = f"channel-{self.channel.pk if self.channel else 0}"
        corner = _("Day") if self.is_daily else _("Hour")
        times = sorted(self.card.times.items())
        labels = [_label(at, is_daily=self.is_daily) for at, _score in times]
        scores = [score for _at, score in times]
        return [
            Chart(
                key=f"{key}-messages",
                title=pgettext_lazy("how many", "Messages"),
                corner=corner,
                series=(
                    Series(_("Delivered"), "good"),
                    Series(_("Failed"), "bad"),
                    Series(_("Terminal errors"), "waiting"),
                ),
                lines=[
                    (label, (one.delivered, _failed(one), one.terminal))
                    for label, one in zip(labels, scores, strict=True)
                ],
            ),
            Chart(
                key=f"{key}-rate",
                title=_("Delivery rate"),
                corner=corner,
                series=(Series(_("Delivery rate"), "good"),),
                lines=[
                    (label, (one.delivery_rate,)) for label, one in zip(labels, scores, strict=True)
                ],
                unit=Unit.SHARE,
                kind=Kind.LINES,
            ),
            Chart(
                key=f"{key}-latency",
                title=_("Time to the report"),
                corner=corner,
                series=(
                    Series(_("Half of the messages"), "busy"),
                    Series(_("95 of 100 messages"), "waiting"),
                ),
                lines=[
                    (label, (one.latency.p50_s, one.latency.p95_s))
                    for label, one in zip(labels, scores, strict=True)
                ],
                unit=Unit.SECONDS,
                kind=Kind.LINES,
            ),
        ]


_TYPES: dict[str, Any] = dict(MessageType.choices)


def open_alarms() -> "list[ChannelAlarm]":
    """The alarms that are on, the newest first; channels that are down stand among the outages."""
    alarms = ChannelAlarm.objects.filter(ended_at=None).select_related("channel")
    alarms = alarms.exclude(measure=ChannelAlarm.Measure.DOWN)
    return list(alarms[:MOST_ALARMS])


def figures_of(score: Score) -> "dict[str, Sentence]":
    """The figures of a score in words."""
    latency = score.latency
    return {
        "messages": written(score.messages, Unit.COUNT),
        "delivery_rate": written(score.delivery_rate, Unit.SHARE),
        "terminal_rate": written(score.terminal_rate, Unit.SHARE),
        "p50": written(latency.p50_s, Unit.SECONDS),
        "p95": written(latency.p95_s, Unit.SECONDS),
    }


def _cards(days: int) -> list[Scorecard]:
    """Up to the end of the present hour; by days, whole ones."""
    end = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if days == 1:
        return scorecards(end - timedelta(days=1), end)
    midnight = timezone.localtime(end).replace(hour=0)
    return scorecards(midnight - timedelta(days=days - 1), end, is_daily=True)


def _waits() -> list[tuple[Any, health.Backlog]]:
    """What waits for channels, the longest first."""
    held = health.backlogs()
    waiting = [(channel, held[channel.pk]) for channel in health.channels().filter(pk__in=held)]
    return sorted(waiting, key=lambda pair: pair[1].oldest_at)


def _failed(score: Score) -> int:
    return score.messages - score.delivered - score.terminal


def _label(at: datetime, *, is_daily: bool) -> str:
    local = timezone.localtime(at)
    return f"{local:%m-%d}" if is_daily else f"{local:%m-%d %H:%M}"
