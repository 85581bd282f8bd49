"""What channel alarms say, in the language of whoever reads them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from messaging.models import AlarmEmail, ChannelAlarm
from messaging.statistics.charts import Unit, written

if TYPE_CHECKING:
    from common.errors import Sentence

Measure = ChannelAlarm.Measure


@dataclass(frozen=True, slots=True)
class Words:
    """Subjects of the e-mails, and what to do; `%(channel)s` is the channel's name."""

    began: "Sentence"
    ended: "Sentence"
    advice: "Sentence"
    unit: Unit = Unit.SECONDS


_ENDS_QUIETLY = _(
    "An alarm of this kind also ends when too few messages go over the channel to tell."
)
_WORDS = {
    Measure.DELIVERY_RATE: Words(
        _("Channel “%(channel)s” delivers less than before"),
        _("Channel “%(channel)s” delivers as before again"),
        _(
            "Look at the codes of the failures on the scorecard, and ask the carrier. Until it is "
            "solved, a route can be given another channel."
        ),
        Unit.SHARE,
    ),
    Measure.LATENCY: Words(
        _("Channel “%(channel)s” reports later than before"),
        _("Channel “%(channel)s” reports in time again"),
        _("Messages or their receipts are held up. Ask the carrier."),
    ),
    Measure.DOWN: Words(
        _("Channel “%(channel)s” is down"),
        _("Channel “%(channel)s” is up again"),
        _("Its last error stands on the page of the channel. See whether a carrier process runs."),
    ),
    Measure.WAITING: Words(
        _("Messages wait too long for channel “%(channel)s”"),
        _("Messages for channel “%(channel)s” go out in time again"),
        _(
            "See whether the channel is up and switched on, and whether its rate is high enough "
            "for what waits."
        ),
    ),
}


def subject_of(alarm: ChannelAlarm, about: str) -> str:
    """One line: which channel, and what began or is over."""
    words = _WORDS[Measure(alarm.measure)]
    sentence = words.began if about == AlarmEmail.About.BEGAN else words.ended
    return str(sentence) % {"channel": alarm.channel.name}


def advice_of(alarm: ChannelAlarm, about: str) -> str:
    """What to do, or what the end of an alarm means; empty where nothing is to be said."""
    if about == AlarmEmail.About.BEGAN:
        return str(_WORDS[Measure(alarm.measure)].advice)
    return str(_ENDS_QUIETLY) if alarm.is_drop else ""


def change_of(alarm: ChannelAlarm) -> str:
    """What an alarm is about, before and now; how long for one that has no before."""
    unit = _WORDS[Measure(alarm.measure)].unit
    if alarm.measure == Measure.DOWN:
        return written(alarm.seen, unit)
    return f"{written(alarm.usual, unit)} → {written(alarm.seen, unit)}"
