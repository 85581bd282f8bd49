"""A test message over one channel: what operations send to see whether it carries.

It goes out under a template of the platform, as the platform's own SMS do.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.numbers import mask, parse_recipients
from customers.models import AuditEvent, User
from customers.services import audit
from customers.services.wording import SMS_VALUE_LENGTH
from messaging.models import Channel, Message, PlatformTemplate

from . import catalogue, health
from .catalogue import ApprovedTemplate
from .platform_sms import accept_platform_sms
from .route import Route

VERB = "test"


def send_trial(
    *,
    channel: Channel,
    recipient: str,
    template: PlatformTemplate,
    values: Sequence[str],
    actor: User,
    ip_address: str | None = None,
) -> int:
    """Accept a message that goes over `channel`, whatever the route of its number; return its id.

    `values` are those of the template's variables. Refuses a channel that is off or down, where
    the message would wait or go elsewhere, and what cannot be sent. A signature that is not usable
    is told in the report of the message.
    """
    _check_channel(channel)
    number = parse_recipients([recipient]).e164[0]
    if number is None:
        raise Refusal(
            "trial_number",
            _("This is no phone number: enter a mobile number, or + and the country code."),
            field="recipient",
        )
    if not template.template.is_usable:
        raise Refusal(
            "trial_template",
            _("This template is not approved any more: choose another one."),
            field="template",
        )
    _check_values(values, catalogue.approved(template.template))
    with transaction.atomic():
        message_id = accept_platform_sms(
            template, number, values, reroute=lambda route: _over(channel, route)
        )
        audit.record(
            verb=VERB,
            object_type="channel",
            object_id=channel.pk,
            object_name=channel.name,
            actor=actor,
            ip_address=ip_address,
            after={
                "message_id": message_id,
                "recipient": mask(number),
                "purpose": template.purpose,
            },
        )
    return message_id


def last_trial(channel: Channel) -> Message | None:
    """The newest test message of a channel that is still kept."""
    event = (
        AuditEvent.objects.filter(object_type="channel", object_id=str(channel.pk), verb=VERB)
        .order_by("-id")
        .first()
    )
    if event is None:
        return None
    return Message.objects.select_related("request").filter(pk=event.after["message_id"]).first()


def _check_channel(channel: Channel) -> None:
    row = health.channels().get(pk=channel.pk)
    if not row.is_enabled:
        raise Refusal("channel_off", _("The channel is off: start it first."), permanent=False)
    if row.down_since is not None:
        raise Refusal(
            "channel_down",
            _("The channel is down, a test message would wait: see its last error."),
            permanent=False,
        )


def _check_values(values: Sequence[str], template: ApprovedTemplate) -> None:
    wanted = template.text.variable_count
    if len(values) != wanted:
        raise Refusal(
            "trial_values",
            _("The template has %(wanted)s variables, %(given)s values were entered."),
            field="values",
            params={"wanted": wanted, "given": len(values)},
        )
    if any(len(value) > SMS_VALUE_LENGTH for value in values):
        raise Refusal(
            "trial_values",
            _("A value has at most %(most)s characters."),
            field="values",
            params={"most": SMS_VALUE_LENGTH},
        )


def _over(channel: Channel, route: Route) -> Route:
    """The same sender over this channel; what is wrong with the sender stays and is reported."""
    if route.sender is None or not route.sender.is_usable:
        return route
    return replace(route, channel_id=channel.pk, plan=None, blocked="")
