"""Frequency limits: how often a number may get messages of an application (ruling 15, §13.4)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from common.expiring import announced
from common.sql import slice_cursor
from messaging.models import FrequencyPolicy, RuleHit
from messaging.models.ids import live

from .counters import PASSED, UNKNOWN, Question, counters, guard_at, letter_of, limit_of
from .guard import Guard
from .hits import Hit
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


_ALONE = """
SELECT pg_advisory_xact_lock(hashtextextended('frequency', %(application)s::bigint))
"""
_BEHIND = """
SELECT pg_advisory_xact_lock_shared(hashtextextended('frequency', %(application)s::bigint))
"""


@dataclass(frozen=True, slots=True)
class CustomersRules:
    """What a customer chose for an application: limits, and the numbers they leave alone."""

    policy_id: int
    rules: tuple[Rule, ...]
    whitelist: frozenset[str]


def rules_for(application_id: int, type: str) -> tuple[tuple[Rule, ...], frozenset[str]]:
    """The limits of a message, the platform's first, and whom the customer's leave alone."""
    own = _policies.get(application_id)
    return platform_rules(type) + own.rules, own.whitelist


def pace(
    *,
    application_id: int,
    type: str,
    positions: Sequence[int],
    recipients: Sequence[str],
    contents: Sequence[str],
    moment: datetime,
    guards: Sequence[Guard] = (),
    held: ExitStack,
) -> list[Hit]:
    """Which of the messages come too soon, or pass a limit of the guard; the others count from now.

    `positions` are those of the recipients in their slice; `contents` names the content of each,
    or one of all (windows.content_of). One call to Valkey. Without Valkey one query decides, and
    no guard: then `held`, which the caller closes when the messages are stored, gets a transaction
    in which no other messages of the application are judged so.
    """
    rules, whitelist = rules_for(application_id, type)
    if not rules and not guards:
        return []
    question = Question(
        scope=application_id,
        now=microseconds(moment),
        letter=NAMES[type][0],
        limits=limits_at(rules, moment),
        numbers=recipients,
        contents=contents,
        excepted=[number in whitelist for number in recipients] if whitelist else (),
        watched=[one.watched for one in guards],
    )
    letters = _asked(question, moment, held)
    if isinstance(letters, str) and not letters.strip(PASSED):
        return []
    policy_id = _policies.get(application_id).policy_id
    return [
        _hit(position, number, letter, question, guards, policy_id)
        for position, number, letter in zip(positions, recipients, letters, strict=True)
        if letter != PASSED
    ]


def _hit(
    position: int,
    number: str,
    letter: str,
    question: Question,
    guards: Sequence[Guard],
    policy_id: int,
) -> Hit:
    limit = limit_of(letter, question.limits)
    if limit is None:
        return guards[guard_at(letter)].hit(position, number)
    rule_id = policy_id if limit.rule.is_customers else 0
    return Hit(position, BLOCKED, RuleHit.Kind.FREQUENCY.value, rule_id, limit.rule.text)


def take_back(application_id: int, recipients: Iterable[str], moment: datetime) -> None:
    """Uncount messages that `pace` let pass and that were not stored in the end."""
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


def _asked(question: Question, moment: datetime, held: ExitStack) -> str | list[str]:
    answers = counters().judge(question)
    if answers is None:
        return _judged_here(question, moment, held)
    unknown = [position for position, one in enumerate(answers) if one == UNKNOWN]
    if not unknown:
        return answers
    rest = question.part(unknown)
    with slice_cursor() as cursor:  # waits for those who are judged without Valkey just now
        cursor.execute(_BEHIND, {"application": question.scope})
    past = history(question.scope, rest.numbers, moment)
    later = counters().judge(rest, [past[number] for number in rest.numbers])
    letters = list(answers)
    for position, letter in zip(unknown, later or _judged_here(rest, moment, held), strict=True):
        letters[position] = letter
    return letters


def _judged_here(question: Question, moment: datetime, held: ExitStack) -> str:
    """As Valkey's script, by what is committed; one request of an application at a time."""
    held.enter_context(transaction.atomic())
    counters().wait_until_settled()
    with slice_cursor() as cursor:
        cursor.execute(_ALONE, {"application": question.scope})
    past = history(question.scope, question.numbers, moment)
    letters = []
    for position, number in enumerate(question.numbers):
        content = question.contents[position if len(question.contents) > 1 else 0]
        is_excepted = bool(question.excepted) and question.excepted[position]
        limit = breached(
            question.limits, past[number], question.letter, content, is_excepted=is_excepted
        )
        letters.append(letter_of(limit, question.limits) if limit else PASSED)
        if limit is None:
            past[number].append(Event(question.now, question.letter, content))
    return "".join(letters)


def _load_policy(application_id: int) -> CustomersRules:
    row = FrequencyPolicy.objects.filter(application_id=application_id).first()
    if row is None:
        return CustomersRules(0, (), frozenset())
    spans = ((row.per_minute, 60), (row.per_hour, 3_600), (row.per_day, 0))
    rules = tuple(Rule("any", most, span_s, True) for most, span_s in spans if most)
    return CustomersRules(row.pk, rules, frozenset(row.whitelist))


_policies = announced(_load_policy)
