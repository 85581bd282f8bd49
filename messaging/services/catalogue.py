"""What may be sent, as the send path needs it: approved templates and signatures.

Each web and worker process remembers them for seconds (`SMS_CREDENTIAL_CACHE_S`), so an approval
or a suspension takes effect within that time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from common.expiring import Expiring, announced
from common.placeholders import CompiledText
from customers.models import Application
from messaging.models import CallbackTarget
from reviews.models import Signature, Template

from . import routing


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
    for cache in (_templates, _senders, _targets, _report_urls):
        cache.clear()
    routing.forget()


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


def _load_target(key: tuple[int, str, CallbackTarget.Kind]) -> int:
    customer_id, url, kind = key
    return CallbackTarget.objects.get_or_create(customer_id=customer_id, url=url, kind=kind)[0].pk


def _load_report_url(application_id: int) -> str:
    return Application.objects.values_list("report_url", flat=True).get(pk=application_id)


_templates = announced(_load_template)
_senders = announced(_load_senders)
# Rows that only this module makes, so nothing announces them.
_targets = Expiring(_load_target, lifetime_s=lambda: float(settings.SMS_CREDENTIAL_CACHE_S))
_report_urls = announced(_load_report_url)
