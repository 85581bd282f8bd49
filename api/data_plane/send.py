"""`POST /sms/batchSendSms/v1`: from checked parameters to stored messages and the answer."""

import uuid
from collections.abc import Sequence

from django.http import HttpResponse

from common.clock import now
from common.codes import SUCCESS
from common.numbers import country_of
from common.text import count_parts, signed
from common.variables import rule_for
from messaging.models import SendRequest
from messaging.models.ids import allocate
from messaging.services import catalogue
from messaging.services.accept import Accepted, Columns, Envelope, accept
from messaging.services.catalogue import ApprovedTemplate
from messaging.services.route import Route, find_route
from reviews.models.kinds import MessageType

from .answers import ApiRefusal, answer
from .credentials import Credentials
from .parameters import SendParameters

CODE_LENGTH = 6
"""The most characters of a verification code (ruling 20)."""

TEMPLATE_NOT_ACTIVE = "E200030"
VARIABLES_DO_NOT_FIT = "E200028"
DUPLICATE = "E200041"
MALFORMED_NUMBER = "E000503"
NO_INTERNATIONAL = "E200024"


def send(caller: Credentials, parameters: SendParameters) -> HttpResponse:
    """Accept the numbers that can be sent to; answer for each of them in request order.

    Nothing is stored when no number is accepted. Raises `ApiRefusal` for the request as a whole.
    """
    template = catalogue.template(parameters.template_id)
    if template is None or template.application_id != caller.application_id:
        return _refuse_all(parameters, TEMPLATE_NOT_ACTIVE)
    if not parameters.sender and not (template.is_universal and parameters.signature):
        raise ApiRefusal(
            "E000503", "from is missing; only a universal template with signature can do without"
        )
    if not _values_fit(template, parameters.values):
        return _refuse_all(parameters, VARIABLES_DO_NOT_FIT)
    route = find_route(
        application_id=caller.application_id,
        template=template,
        channel_number=parameters.sender,
        signature=parameters.signature,
    )
    if route.refused:
        return _refuse_all(parameters, route.refused)
    return _accept(caller, parameters, template, route)


def _accept(
    caller: Credentials, parameters: SendParameters, template: ApprovedTemplate, route: Route
) -> HttpResponse:
    statuses = _statuses(parameters.recipients.e164)
    numbers = [
        number if status == SUCCESS else None
        for number, status in zip(parameters.recipients.e164, statuses, strict=True)
    ]
    parts = _count_parts(template, route, parameters.values)
    countries = [country_of(number) or "" if number else "" for number in numbers]
    if SUCCESS in statuses:
        envelope = Envelope(
            customer_id=caller.customer_id,
            application_id=caller.application_id,
            template=template,
            route=route,
            source=SendRequest.Source.API,
            variables=parameters.values,
            target_id=_target(caller, parameters),
            extend=parameters.extend,
        )
        columns = Columns(
            recipients=numbers, default_parts=parts, blocked=_blocked(numbers, countries)
        )
        accepted = accept(envelope, columns)
    else:
        accepted = _nothing_stored(len(numbers))
    return answer(
        sms_msg_ids=accepted.sms_msg_ids(len(numbers)),
        statuses=statuses,
        origin_to=parameters.to,
        countries=countries,
        sender=route.channel_number,
        created_at=accepted.created_at,
        total=parts,
    )


def _refuse_all(parameters: SendParameters, code: str) -> HttpResponse:
    count = len(parameters.to)
    accepted = _nothing_stored(count)
    return answer(
        sms_msg_ids=accepted.sms_msg_ids(count),
        statuses=[code] * count,
        origin_to=parameters.to,
        countries=["CN"] * count,
        sender=parameters.sender,
        created_at=accepted.created_at,
        total=1,
    )


def _nothing_stored(count: int) -> Accepted:
    """Ids for an answer without messages: each number of an answer has its own (ruling 7)."""
    return Accepted(allocate(count), uuid.uuid4(), now())


def _statuses(e164: Sequence[str | None]) -> list[str]:
    """The code of each number; of several equal ones the first is sent (ruling 7)."""
    seen: set[str] = set()
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


def _blocked(numbers: Sequence[str | None], countries: Sequence[str]) -> list[str | None]:
    """Numbers outside the mainland are accepted and fail in the report (spec data-plane §8.4)."""
    if all(country in ("CN", "") for country in countries):
        return []
    return [
        NO_INTERNATIONAL if number and country != "CN" else None
        for number, country in zip(numbers, countries, strict=True)
    ]


def _values_fit(template: ApprovedTemplate, values: Sequence[str]) -> bool:
    if len(values) != len(template.attributes):
        return False
    longest = CODE_LENGTH if template.type == MessageType.VERIFICATION else None
    return all(
        rule_for(attribute, longest).objection(value) is None
        for attribute, value in zip(template.attributes, values, strict=True)
    )


def _count_parts(template: ApprovedTemplate, route: Route, values: Sequence[str]) -> int:
    name = route.sender.name if route.sender else ""
    return count_parts(signed(name, template.text.render(values)))


def _target(caller: Credentials, parameters: SendParameters) -> int | None:
    if not parameters.status_callback:
        return None
    return catalogue.target_id(caller.customer_id, parameters.status_callback)
