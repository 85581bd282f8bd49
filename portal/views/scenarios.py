"""Scenario numbers: what the simulated carrier does by the end of a number. Demo mode only."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from messaging.carriers.simulated.scenarios import TABLE, Course, Scenario
from messaging.carriers.simulated.settings import SimulatedSettings
from messaging.models import Channel
from messaging.services.verdict import duration
from portal.access import MemberRequest, for_members

EXAMPLE = "13800000000"
"""A number whose last digits are replaced by those of a scenario."""


@dataclass(frozen=True, slots=True)
class Row:
    """A scenario as the page shows it; `timing` says when its report comes."""

    suffix: str
    number: str
    code: str
    text: str
    timing: str


@for_members
def index(request: MemberRequest) -> HttpResponse:
    if not settings.SMS_DEMO:
        raise Http404
    behaviour = _behaviour()
    rows = [_row(scenario, behaviour) for scenario in TABLE]
    return render(request, "portal/scenarios/list.html", {"rows": rows})


def _row(scenario: Scenario, behaviour: SimulatedSettings) -> Row:
    ending = scenario.suffix or EXAMPLE[-4:]
    return Row(
        suffix=scenario.suffix,
        number=EXAMPLE[: -len(ending)] + ending,
        code=scenario.code or "EXPIRED",
        text=_(scenario.text),
        timing=_timing(scenario.course, behaviour),
    )


def _timing(course: Course, behaviour: SimulatedSettings) -> str:
    usual = _("after %(time)s") % {"time": duration(behaviour.delay_s)}
    if course is Course.REFUSED:
        return _("at once")
    if course is Course.SILENT:
        limit_s = settings.SMS_REPORT_TIMEOUT_S / settings.SMS_VIRTUAL_SPEED
        return _("after %(time)s") % {"time": duration(limit_s)}
    if course is Course.SLOW:
        return _("after %(time)s") % {"time": duration(behaviour.slow_delay_s)}
    if course is Course.EARLY:
        return _("at once, before the answer")
    return usual


def _behaviour() -> SimulatedSettings:
    """How the channel that carries messages behaves; the defaults when it is none of ours."""
    channel = Channel.objects.filter(is_default=True, connector="simulated").first()
    return SimulatedSettings.of(channel.config if channel else {}).at_speed(
        settings.SMS_VIRTUAL_SPEED
    )
