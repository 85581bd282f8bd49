"""From a judged call to stored messages and the answer, for both calls."""

from collections.abc import Hashable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from messaging.models import SendRequest
from messaging.policy.verdicts import all_or_nothing
from messaging.services import catalogue, charging
from messaging.services.accept import accept
from messaging.services.charging import NotPaid
from messaging.services.envelope import Accepted, Columns, Envelope, issue

from .answers import ApiRefusal, Results, answer
from .credentials import Credentials
from .judge import Verdict, Way, judge
from .parameters import SendParameters


@dataclass(frozen=True, slots=True)
class Order:
    """A call ready to be stored; its answer is true once it is."""

    batches: list[tuple[Envelope, Columns, Accepted]]
    answer: str

    def store(self) -> None:
        """Store what is accepted of the call: all of it, or nothing.

        Raises `ApiRefusal` when the customer's packages and balance do not cover it.
        """
        try:
            with all_or_nothing() if len(self.batches) > 1 else nullcontext():
                if len(self.batches) > 1:
                    charging.lock(self.batches[0][0].customer_id)
                for envelope, columns, accepted in self.batches:
                    accept(envelope, columns, accepted)
        except NotPaid as refusal:
            detail = "packages and balance do not cover {parts} message parts".format_map(
                refusal.params
            )
            raise ApiRefusal("E000112", detail) from refusal


def prepare(caller: Credentials, parameters: SendParameters, client_address: str = "") -> Order:
    """Judge a call and take its ids; raises `ApiRefusal` for the call as a whole.

    Writes nothing but a callback address that is seen for the first time. Each number of the
    answer has an id of its own, stored or not (ruling 7).
    """
    verdicts = judge(caller, parameters)
    accepted = issue(sum(len(verdict.statuses) for verdict in verdicts))
    batches = []
    runs = [accepted] * len(verdicts)
    offset = 0
    for positions in _together(verdicts):
        first = offset
        for position in positions:
            runs[position] = accepted.part(offset)
            offset += len(verdicts[position].statuses)
        batch = [verdicts[position] for position in positions]
        if way := batch[0].way:
            envelope = _envelope(caller, parameters, way, batch, client_address)
            batches.append((envelope, _columns(envelope, batch), accepted.part(first)))
    results = [_results(verdict, run) for verdict, run in zip(verdicts, runs, strict=True)]
    return Order(batches, answer(results, accepted.created_at))


def _together(verdicts: Sequence[Verdict]) -> list[list[int]]:
    """The positions of contents that make one request row, so that their ids follow each other.

    Contents of one template that go out the same way share a row, as one text with other values
    for each number is the usual reason for this call; what is refused comes apart.
    """
    groups: dict[Hashable, list[int]] = {}
    for position, verdict in enumerate(verdicts):
        way = verdict.way
        key = (way.template.version_id, way.route) if way else None
        groups.setdefault(key, []).append(position)
    return list(groups.values())


def _envelope(
    caller: Credentials,
    parameters: SendParameters,
    way: Way,
    batch: Sequence[Verdict],
    client_address: str,
) -> Envelope:
    is_shared = all(verdict.content.values == way.values for verdict in batch)
    url = parameters.status_callback
    return Envelope(
        customer_id=caller.customer_id,
        application_id=caller.application_id,
        template=way.template,
        route=way.route,
        source=SendRequest.Source.API,
        variables=way.values if is_shared else None,
        target_id=catalogue.target_id(caller.customer_id, url)
        if url
        else catalogue.batch_target_id(caller.customer_id, caller.application_id),
        extend=parameters.extend,
        client_address=client_address,
    )


def _columns(envelope: Envelope, batch: Sequence[Verdict]) -> Columns:
    if len(batch) == 1 and batch[0].way and envelope.variables is not None:
        only = batch[0]
        return Columns(
            recipients=only.recipients(),
            default_parts=batch[0].way.parts,
            blocked=only.blocked() if only.is_abroad else (),
        )
    ways = [(verdict.way, len(verdict.statuses)) for verdict in batch]
    lengths = [way.parts for way, count in ways if way for _ in range(count)]
    is_abroad = any(verdict.is_abroad for verdict in batch)
    return Columns(
        recipients=[number for verdict in batch for number in verdict.recipients()],
        default_parts=lengths[0],
        parts=lengths if len(set(lengths)) > 1 else (),
        variables=()
        if envelope.variables is not None
        else [way.values for way, count in ways if way for _ in range(count)],
        blocked=[code for verdict in batch for code in verdict.blocked()] if is_abroad else (),
    )


def _results(verdict: Verdict, accepted: Accepted) -> Results:
    return Results(
        id_prefix=accepted.id_prefix,
        first_id=accepted.first_id,
        statuses=verdict.statuses,
        origin_to=verdict.content.to,
        countries=verdict.countries,
        sender=verdict.sender,
        total=verdict.way.parts if verdict.way else 1,
    )
