"""Send failed messages again, each at most once, however often and by whomever it is asked for."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import Customer, User
from customers.services import audit
from messaging.models import Resend, ResentMessage, SendRequest
from messaging.policy import verdicts
from messaging.policy.thresholds import ThresholdReached
from messaging.queries.search import MessageSearch
from messaging.services.accept import accept
from messaging.services.envelope import Columns, Envelope, issue

from .candidates import Candidate, Survey, survey

REQUEST_SIZE = 500


def resend(
    *,
    key: UUID,
    search: MessageSearch,
    codes: Sequence[str],
    newest: int,
    actor: User,
    ip_address: str | None = None,
) -> Resend:
    """Send the failed messages of `search` with these status codes, up to the id `newest`, again.

    `key` names the form: sent a second time, it returns what the first time did. Same template,
    signature, channel number, values and callback address; counted, charged and judged by the
    rules as new messages. All of them or, on a `Refusal`, none.
    """
    try:
        with verdicts.all_or_nothing():
            return _resend(key, search, codes, newest, actor, ip_address)
    except ThresholdReached as refusal:
        refusal.tell()
        raise


def _resend(
    key: UUID,
    search: MessageSearch,
    codes: Sequence[str],
    newest: int,
    actor: User,
    ip_address: str | None,
) -> Resend:
    customer = Customer.objects.select_for_update(no_key=True).get(pk=search.customer.pk)
    before = Resend.objects.for_customer(customer).filter(key=key).first()
    if before is not None:
        return before
    _refuse_who_may_not_send(customer)
    found = survey(search, newest=newest)
    chosen = found.sendable(codes)
    if not chosen:
        raise Refusal(
            "resend_nothing",
            _("Nothing is left to be sent again. Choose at least one reason with messages."),
            field="codes",
        )
    done = Resend.objects.create(
        customer=customer, key=key, requested_by=actor, requested_at=now(), messages=len(chosen)
    )
    again = [one for request in _requests(chosen) for one in _send(done, found, request)]
    ResentMessage.objects.bulk_create(again, batch_size=1000)
    audit.record(
        verb="resend",
        object_type="resend",
        object_id=str(done.public_id),
        actor=actor,
        customer=customer,
        ip_address=ip_address,
        after={"messages": len(chosen), "codes": sorted({one.code for one in chosen})},
    )
    return done


def _refuse_who_may_not_send(customer: Customer) -> None:
    if not customer.can_send:
        raise Refusal(
            "resend_customer",
            _("Your account cannot send at present: it is frozen or the service is not enabled."),
        )


def _requests(chosen: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Messages that may share a request, the oldest first, so many as a request holds."""
    in_order = sorted(chosen, key=lambda one: (repr(one.kind), one.id))
    for _kind, alike in groupby(in_order, key=lambda one: one.kind):
        together = list(alike)
        for first in range(0, len(together), REQUEST_SIZE):
            yield together[first : first + REQUEST_SIZE]


def _send(done: Resend, found: Survey, together: list[Candidate]) -> list[ResentMessage]:
    kind = together[0].kind
    template, route = found.ways[kind]
    envelope = Envelope(
        customer_id=done.customer_id,
        application_id=kind.application_id,
        template=template,
        route=route,
        source=SendRequest.Source.RESEND,
        target_id=kind.target_id,
        extend=kind.extend,
    )
    has_values = bool(template.text.variable_count)
    columns = Columns(
        recipients=[one.recipient for one in together],
        default_parts=1,
        parts=[one.parts for one in together],
        variables=[list(one.values or ()) for one in together] if has_values else (),
    )
    first_id = accept(envelope, columns, issue(len(together))).first_id
    return [
        ResentMessage(message_id=one.id, resend=done, new_id=first_id + offset)
        for offset, one in enumerate(together)
    ]
