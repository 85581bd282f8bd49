"""What becomes of each number of a call, before anything is stored (spec data-plane §1.3, §8)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from common.codes import SUCCESS
from common.numbers import country_of
from common.text import count_parts, signed
from common.variables import rule_for
from messaging.services import catalogue
from messaging.services.catalogue import ApprovedTemplate
from messaging.services.route import Route, find_route
from reviews.models.kinds import MessageType

from .answers import ApiRefusal
from .credentials import Credentials
from .parameters import Content, SendParameters

TEMPLATE_NOT_ACTIVE = "E200030"
VARIABLES_DO_NOT_FIT = "E200028"
DUPLICATE = "E200041"
MALFORMED_NUMBER = "E000503"
NO_INTERNATIONAL = "E200024"

MAINLAND = frozenset(("CN", ""))
"""The mainland, and numbers that were refused."""

Seen = dict[Hashable, set[str]]
"""The numbers that each text of a call goes to so far."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a content would go out."""

    template: ApprovedTemplate
    route: Route
    values: list[str]
    parts: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the numbers of one content are told; `way` is None when all of them are refused."""

    content: Content
    sender: str
    statuses: list[str]
    way: Way | None = None
    countries: list[str] = field(init=False)

    def __post_init__(self) -> None:
        recipients = self.content.recipients
        numbers = recipients.e164
        countries = (
            ["CN"] * len(numbers)
            if recipients.are_mobiles
            else [country_of(number) or "" if number else "" for number in numbers]
        )
        object.__setattr__(self, "countries", countries)

    def recipients(self) -> list[str | None]:
        """The numbers to store, None for those that were refused."""
        if self.statuses.count(SUCCESS) == len(self.statuses):
            return self.content.recipients.e164
        return [
            number if status == SUCCESS else None
            for number, status in zip(self.content.recipients.e164, self.statuses, strict=True)
        ]

    @property
    def is_abroad(self) -> bool:
        """Whether some number is outside the mainland."""
        return not MAINLAND.issuperset(self.countries)

    def blocked(self) -> list[str | None]:
        """Numbers outside the mainland are accepted and fail in the report (§8.4)."""
        return [None if code in MAINLAND else NO_INTERNATIONAL for code in self.countries]


def judge(caller: Credentials, parameters: SendParameters) -> list[Verdict]:
    """Judge the contents of a call one by one; they share nothing but the search for duplicates.

    Raises `ApiRefusal` when `from` is missing although a template needs it.
    """
    seen: Seen = {}
    return [_judge(caller, parameters.sender, content, seen) for content in parameters.contents]


def _judge(caller: Credentials, sender: str, content: Content, seen: Seen) -> Verdict:
    def refused(code: str) -> Verdict:
        return Verdict(content, sender, [code] * len(content.to))

    template = catalogue.template(content.template_id)
    if template is None or template.application_id != caller.application_id:
        return refused(TEMPLATE_NOT_ACTIVE)
    if not sender and not (template.is_universal and content.signature):
        raise ApiRefusal(
            "E000503", "from is missing; only a universal template with signature can do without"
        )
    if content.values is None or not _fit(template, content.values):
        return refused(VARIABLES_DO_NOT_FIT)
    route = find_route(
        application_id=caller.application_id,
        template=template,
        channel_number=sender,
        signature=content.signature,
    )
    if route.refused:
        return refused(route.refused)
    if content.recipients.has_illegal:
        return refused(MALFORMED_NUMBER)
    told = seen.setdefault((template.pk, route, *content.values), set())
    statuses = _statuses(content.recipients.e164, told)
    way = Way(template, route, content.values, _parts(template, route, content.values))
    return Verdict(content, route.channel_number, statuses, way if SUCCESS in statuses else None)


def _statuses(e164: Sequence[str | None], seen: set[str]) -> list[str]:
    """The code of each number; of several equal ones the first is sent (ruling 7)."""
    numbers = {number for number in e164 if number is not None}
    if len(numbers) == len(e164) and seen.isdisjoint(numbers):
        seen |= numbers
        return [SUCCESS] * len(e164)
    statuses = []
    for number in e164:
        if number is None:
            statuses.append(MALFORMED_NUMBER)
        elif number in seen:
            statuses.append(DUPLICATE)
        else:
            seen.add(number)
            statuses.append(SUCCESS)
    return statuses


def _fit(template: ApprovedTemplate, values: Sequence[str]) -> bool:
    if len(values) != len(template.attributes):
        return False
    longest = settings.SMS_CODE_LENGTH if template.type == MessageType.VERIFICATION else None
    return all(
        rule_for(attribute, longest).objection(value) is None
        for attribute, value in zip(template.attributes, values, strict=True)
    )


def _parts(template: ApprovedTemplate, route: Route, values: Sequence[str]) -> int:
    name = route.sender.name if route.sender else ""
    return count_parts(signed(name, template.text.render(values)))
