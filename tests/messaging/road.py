"""A road for messages: everything approved and set up, and ways to walk a part of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from customers.models import Application
from messaging.carriers.base import Answer, Receipt
from messaging.models import Channel, Message, SendRequest
from messaging.services import catalogue, dispatch, report
from messaging.services.accept import accept
from messaging.services.dispatch import Slice
from messaging.services.envelope import Accepted, Columns, Envelope
from messaging.services.route import find_route
from reviews.models import Template
from reviews.models.kinds import MessageType
from tests.factories import ApplicationFactory, ChannelFactory, SignatureFactory, TemplateFactory

OWNER = "process-1"
REPORTED_AT = datetime(2026, 5, 1, 2, 3, 9, tzinfo=UTC)


def numbers(count: int, start: int = 13800000000) -> list[str]:
    return [f"+86{start + n}" for n in range(count)]


@dataclass
class Road:
    application: Application
    channel: Channel
    template: Template

    def accept(
        self,
        recipients: Sequence[str | None],
        *,
        callback: str = "",
        target_id: int | None = None,
        parts: int = 1,
        template: Template | None = None,
        blocked: Sequence[str | None] = (),
        extend: str = "",
    ) -> Accepted:
        envelope = self.envelope(template, callback=callback, target_id=target_id, extend=extend)
        columns = Columns(recipients=recipients, default_parts=parts, blocked=blocked)
        return accept(envelope, columns)

    def envelope(
        self,
        template: Template | None = None,
        *,
        callback: str = "",
        target_id: int | None = None,
        extend: str = "",
    ) -> Envelope:
        approved = catalogue.approved(template or self.template)
        signature = (template or self.template).signature
        route = find_route(
            application_id=self.application.pk,
            template=approved,
            channel_number=signature.channel_number,
            signature="",
        )
        customer_id = self.application.customer_id
        return Envelope(
            customer_id=customer_id,
            application_id=self.application.pk,
            template=approved,
            route=route,
            source=SendRequest.Source.API,
            variables=["A1001"] * approved.text.variable_count,
            target_id=catalogue.target_id(customer_id, callback) if callback else target_id,
            extend=extend,
        )

    def of_type(self, type_: MessageType) -> Template:
        signature = SignatureFactory(usable=True, application=self.application, type=type_)
        catalogue.forget()
        return TemplateFactory(
            adopted=True, application=self.application, signature=signature, type=type_
        )

    def claim(self, *, messages: int = 500, owner: str = OWNER) -> Slice | None:
        return dispatch.claim(channel_id=self.channel.pk, owner=owner, messages=messages)

    def record(self, slice_: Slice, answers: Sequence[Answer], owner: str = OWNER) -> None:
        dispatch.record(
            channel_id=self.channel.pk,
            owner=owner,
            answers=answers,
            request_ids=slice_.request_ids,
        )

    def submit_all(self, parts: int = 1) -> None:
        """Everything that waits is submitted and accepted by the carrier."""
        while slice_ := self.claim():
            assert dispatch.announce(slice_=slice_, owner=OWNER)
            self.record(
                slice_,
                [
                    Answer(one.message_id, carrier_ids(one.message_id, parts))
                    for one in slice_.submissions
                ],
            )

    def receive(self, *receipts: Receipt) -> None:
        report.record_receipts(channel_id=self.channel.pk, receipts=receipts)

    def deliver(self, count: int, *, callback: str, **options: Any) -> Accepted:
        """`count` messages that arrived, whose reports are owed to `callback`."""
        accepted = self.accept(numbers(count), callback=callback, **options)
        self.submit_all()
        self.receive(
            *(
                Receipt(carrier_ids(accepted.first_id + n)[0], "DELIVRD", REPORTED_AT)
                for n in range(count)
            )
        )
        return accepted

    def states(self) -> list[int]:
        return list(Message.objects.order_by("id").values_list("state", flat=True))


def carrier_ids(message_id: int, parts: int = 1) -> tuple[str, ...]:
    return tuple(f"c{message_id}-{part}" for part in range(1, parts + 1))


def build_road() -> Road:
    catalogue.forget()
    application = ApplicationFactory()
    channel = ChannelFactory(is_default=True)
    template = TemplateFactory(adopted=True, application=application)
    return Road(application, channel, template)
