"""Frequency limits: how often a number may get messages of an application (ruling 15, §13.4)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from common.expiring import Expiring
from common.sql import slice_cursor
from messaging.models import FrequencyPolicy
from messaging.models.ids import live

from .counters import BREACHED, UNKNOWN, Question, counters
from .windows import (
    LONGEST_S,
    NAMES,
    Event,
    Rule,
    breached,
    content_of,
    limits_at,
    microseconds,
    platform_rules,
)

BLOCKED = "SC:0010"
"""The status of a message that came too soon after others (ruling 15)."""

# What a rule of the platform stopped never reached a handset, so it does not count. Number by
# number by the index: an array would be compared with every row of a partition that is too young
# to have statistics.
_HISTORY = """
SELECT asked.recipient, request.created_at, request.type, request.template_version_id,
       COALESCE(message.variables, request.variables)
FROM unnest(%(recipients)s::text[]) AS asked (recipient)
CROSS JOIN LATERAL (
    SELECT request_id, variables FROM messaging_message
    WHERE recipient = asked.recipient AND id BETWEEN %(floor)s AND %(ceiling)s
      AND NOT (state = 11 AND submitted_at IS NULL)
    OFFSET 0
) AS message
CROSS JOIN LATERAL (
    SELECT created_at, type, template_version_id, variables FROM messaging_sendrequest
    WHERE id = message.request_id AND id BETWEEN %(floor)s AND %(ceiling)s
      AND application_id = %(application)s AND created_at > %(since)s
    OFFSET 0
) AS request
ORDER BY request.created_at
"""


@dataclass(frozen=True, slots=True)
class CustomersRules:
    """What a customer chose for an application: limits, and the numbers they leave alone."""

    rules: tuple[Rule, ...]
    whitelist: frozenset[str]


def rules_for(application_id: int, type: str) -> tuple[tuple[Rule, ...], frozenset[str]]:
    """The limits of a message, the platform's first, and whom the customer's leave alone."""
    own = _policies.get(application_id)
    return platform_rules(type) + own.rules, own.whitelist


def breaches(
    *,
    application_id: int,
    type: str,
    recipients: Sequence[str],
    contents: Sequence[str],
    moment: datetime,
) -> list[bool]:
    """Which of the messages come too soon; the others count from now on.

    `contents` names the content of each, or one of all (windows.content_of). One call to Valkey;
    without Valkey one query.
    """
    rules, whitelist = rules_for(application_id, type)
    if not rules:
        return [False] * len(recipients)
    question = Question(
        scope=application_id,
        now=microseconds(moment),
        letter=NAMES[type][0],
        limits=limits_at(rules, moment),
        numbers=recipients,
        contents=contents,
        excepted=[number in whitelist for number in recipients] if whitelist else (),
    )
    return [letter == BREACHED for letter in _asked(question, moment)]


def take_back(application_id: int, recipients: Iterable[str], moment: datetime) -> None:
    """Uncount messages that `breaches` let pass and that were not stored in the end."""
    counters().take_back(application_id, microseconds(moment), list(recipients))


def history(
    application_id: int, recipients: Iterable[str], moment: datetime
) -> dict[str, list[Event]]:
    """What numbers got of an application within the longest limit, by PostgreSQL."""
    events: dict[str, list[Event]] = defaultdict(list)
    parameters = {
        "recipients": sorted(set(recipients)),
        "application": application_id,
        "since": moment - timedelta(seconds=LONGEST_S),
    }
    with slice_cursor() as cursor:
        cursor.execute(live(_HISTORY, timedelta(seconds=LONGEST_S)), parameters)
        for recipient, at, type, version_id, values in cursor.fetchall():
            content = content_of(version_id, json.loads(values) if values else [])
            events[recipient].append(Event(microseconds(at), NAMES[type][0], content))
    return events


def forget() -> None:
    """Drop what this process remembers of customers' limits."""
    _policies.clear()


def _asked(question: Question, moment: datetime) -> str | list[str]:
    answers = counters().judge(question)
    if answers is None:
        return _judged_here(question, moment)
    unknown = [position for position, one in enumerate(answers) if one == UNKNOWN]
    if not unknown:
        return answers
    rest = question.part(unknown)
    past = history(question.scope, rest.numbers, moment)
    later = counters().judge(rest, [past[number] for number in rest.numbers])
    letters = list(answers)
    for position, letter in zip(unknown, later or _judged_here(rest, moment), strict=True):
        letters[position] = letter
    return letters


def _judged_here(question: Question, moment: datetime) -> str:
    """The same as Valkey's script, by what is committed: concurrent requests do not see others."""
    past = history(question.scope, question.numbers, moment)
    letters = []
    for position, number in enumerate(question.numbers):
        content = question.contents[position if len(question.contents) > 1 else 0]
        is_excepted = bool(question.excepted) and question.excepted[position]
        limit = breached(
            question.limits, past[number], question.letter, content, is_excepted=is_excepted
        )
        letters.append(BREACHED if limit else ".")
        if limit is None:
            past[number].append(Event(question.now, question.letter, content))
    return "".join(letters)


def _load_policy(application_id: int) -> CustomersRules:
    row = FrequencyPolicy.objects.filter(application_id=application_id).first()
    if row is None:
        return CustomersRules((), frozenset())
    spans = ((row.per_minute, 60), (row.per_hour, 3_600), (row.per_day, 0))
    rules = tuple(Rule("any", most, span_s, True) for most, span_s in spans if most)
    return CustomersRules(rules, frozenset(row.whitelist))


_policies = Expiring(_load_policy, lifetime_s=lambda: float(settings.SMS_CREDENTIAL_CACHE_S))
