"""What may be sent, as the send path needs it: approved templates and channel numbers.

Each web and worker process remembers them for seconds (`SMS_CREDENTIAL_CACHE_S`), so an approval
or a suspension takes effect within that time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models.functions import Length

from common.expiring import Expiring
from common.placeholders import CompiledText
from customers.models import Application
from messaging.models import CallbackTarget, Channel, ChannelRoute
from reviews.models import Signature, Template


@dataclass(frozen=True, slots=True)
class ApprovedTemplate:
    """An approved template in its current version; `attributes` by position of the variable."""

    pk: int
    application_id: int
    type: str
    signature_id: int | None
    version_id: int
    text: CompiledText
    attributes: tuple[str, ...]

    @property
    def is_universal(self) -> bool:
        return self.signature_id is None


@dataclass(frozen=True, slots=True)
class Sender:
    """A signature that has a channel number."""

    pk: int
    name: str
    type: str
    channel_number: str
    is_usable: bool


def template(template_id: str) -> ApprovedTemplate | None:
    """The approved template that the API knows as `template_id`, or None."""
    return _templates.get(template_id)


def senders(application_id: int) -> tuple[Sender, ...]:
    """All signatures of an application that have a channel number."""
    return _senders.get(application_id)


def channel_id(channel_number: str) -> int | None:
    """The channel that carries a number: by the longest match, else the default channel.

    None while operations have set up neither.
    """
    routes, default = _channels.get(None)
    for number, is_prefix, primary in routes:
        if channel_number.startswith(number) if is_prefix else channel_number == number:
            return primary
    return default


def target_id(customer_id: int, url: str) -> int:
    """The row of a customer's callback address; made when it is seen for the first time."""
    return _targets.get((customer_id, url, CallbackTarget.Kind.SINGLE))


def batch_target_id(customer_id: int, application_id: int) -> int | None:
    """The row of an application's batch address, None when it has none.

    Reports of messages sent without an address of their own go there (spec data-plane §4.3).
    """
    url = _report_urls.get(application_id)
    return _targets.get((customer_id, url, CallbackTarget.Kind.BATCH)) if url else None


def forget() -> None:
    """Drop everything remembered by this process."""
    for cache in (_templates, _senders, _channels, _targets, _report_urls):
        cache.clear()


def approved(row: Template) -> ApprovedTemplate:
    """The send path's view of an approved template."""
    if row.version is None:
        raise ValueError(f"template {row.pk} was never approved")
    return ApprovedTemplate(
        pk=row.pk,
        application_id=row.application_id,
        type=row.type,
        signature_id=row.signature_id,
        version_id=row.version.pk,
        text=CompiledText.parse(row.version.content),
        attributes=attribute_names(row.version.variable_attributes),
    )


def attribute_names(variable_attributes: list[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(variable["attribute"] for variable in variable_attributes)


def _load_template(template_id: str) -> ApprovedTemplate | None:
    row = (
        Template.objects.usable()
        .select_related("version")
        .filter(template_id=template_id, version__isnull=False)
        .first()
    )
    return approved(row) if row else None


def _load_senders(application_id: int) -> tuple[Sender, ...]:
    rows = Signature.objects.filter(application_id=application_id).exclude(channel_number="")
    return tuple(
        Sender(row.pk, row.name, row.type, row.channel_number, row.is_usable) for row in rows
    )


def _load_channels(_: None) -> tuple[list[tuple[str, bool, int]], int | None]:
    """Number, whether it is a prefix, and channel of each route, the best match first."""
    routes = ChannelRoute.objects.order_by(Length("number").desc(), "is_prefix")
    default = Channel.objects.filter(is_default=True).values_list("pk", flat=True).first()
    return list(routes.values_list("number", "is_prefix", "primary")), default


def _load_target(key: tuple[int, str, CallbackTarget.Kind]) -> int:
    customer_id, url, kind = key
    return CallbackTarget.objects.get_or_create(customer_id=customer_id, url=url, kind=kind)[0].pk


def _load_report_url(application_id: int) -> str:
    return Application.objects.values_list("report_url", flat=True).get(pk=application_id)


def _lifetime_s() -> float:
    return float(settings.SMS_CREDENTIAL_CACHE_S)


_templates = Expiring(_load_template, lifetime_s=_lifetime_s)
_senders = Expiring(_load_senders, lifetime_s=_lifetime_s)
_channels = Expiring(_load_channels, lifetime_s=_lifetime_s)
_targets = Expiring(_load_target, lifetime_s=_lifetime_s)
_report_urls = Expiring(_load_report_url, lifetime_s=_lifetime_s)
