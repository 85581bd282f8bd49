"""A message of the platform itself, accepted as any customer's is (`PlatformTemplate`)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from common.text import count_parts, signed
from messaging.models import PlatformTemplate, SendRequest

from . import catalogue
from .accept import accept
from .envelope import Columns, Envelope
from .route import Route, find_route


def accept_platform_sms(
    row: PlatformTemplate,
    recipient: str,
    values: Sequence[str],
    *,
    reroute: Callable[[Route], Route] = lambda route: route,
) -> int:
    """Accept an SMS under a platform template, over the channel that `reroute` chooses; its id.

    What is wrong with the sender is told in the report, as nobody is asking.
    """
    template, signature = catalogue.approved(row.template), row.signature
    application = row.template.application
    route = find_route(
        application_id=application.pk,
        template=template,
        channel_number=signature.channel_number,
        signature=signature.name,
    )
    if route.refused:
        route = replace(route, refused="", blocked=route.refused)
    envelope = Envelope(
        customer_id=application.customer_id,
        application_id=application.pk,
        template=template,
        route=reroute(route),
        source=SendRequest.Source.PLATFORM,
        variables=list(values),
    )
    text = signed(signature.name, template.text.render(list(values)))
    return accept(
        envelope, Columns(recipients=[recipient], default_parts=count_parts(text))
    ).first_id
