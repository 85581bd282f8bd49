"""Drafts of rules: each reads what operations wrote and says what it would do with a message."""

from collections.abc import Mapping
from typing import Any

from messaging.models import PolicyReplay

from .base import ByNumber, ByTime
from .frequency import FrequencyDraft
from .guard import GuardDraft
from .keywords import KeywordDraft
from .numbers import NumberDraft
from .threshold import ThresholdDraft
from .window import WindowDraft

__all__ = ["DRAFTS", "ByNumber", "ByTime", "read"]

DRAFTS: dict[str, type[ByNumber | ByTime]] = {
    PolicyReplay.Rule.FREQUENCY: FrequencyDraft,
    PolicyReplay.Rule.KEYWORDS: KeywordDraft,
    PolicyReplay.Rule.NUMBERS: NumberDraft,
    PolicyReplay.Rule.WINDOW: WindowDraft,
    PolicyReplay.Rule.THRESHOLD: ThresholdDraft,
    PolicyReplay.Rule.GUARD: GuardDraft,
}


def read(rule: str, written: Mapping[str, Any]) -> ByNumber | ByTime:
    """The draft of a row; `Refusal` with the field that is wrong."""
    return DRAFTS[rule].read(written)
