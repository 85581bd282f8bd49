"""How much of each quota a customer has used (spec console §3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from customers.models import Application, Customer, QuotaRequest
from customers.services.quotas import application_quota, signature_quota, template_quota

Resource = QuotaRequest.Resource


@dataclass(frozen=True, slots=True)
class Usage:
    """One quota: of applications for the customer, of the rest for one application."""

    resource: QuotaRequest.Resource
    application: Application | None
    used: int
    quota: int

    @property
    def is_full(self) -> bool:
        return self.used >= self.quota

    @property
    def key(self) -> tuple[str, int | None]:
        return self.resource.value, self.application.pk if self.application else None

    @property
    def ask_url(self) -> str:
        return ask_url(self.resource.value, self.application)


def _count(objects: str) -> Count:
    """Count an application's objects without those that were deleted."""
    return Count(objects, filter=Q(**{f"{objects}__deleted_at": None}), distinct=True)


def ask_url(resource: str, application: Application | None) -> str:
    """The page on which a higher quota of that kind is asked for."""
    of = {"application": str(application.public_id)} if application else {}
    query = urlencode({"resource": resource} | of)
    return f"{reverse('portal:quota-create')}?{query}"


def usages_of(customer: Customer) -> Iterator[Usage]:
    """Every quota of a customer, with what is used of it."""
    applications: list[Any] = list(
        Application.objects.for_customer(customer)
        .annotate(
            signatures_used=_count("signatures"),
            templates_used=_count("templates"),
        )
        .order_by("id")
    )
    yield Usage(Resource.APPLICATIONS, None, len(applications), application_quota(customer))
    for application in applications:
        yield Usage(
            Resource.SIGNATURES,
            application,
            application.signatures_used,
            signature_quota(application),
        )
        yield Usage(
            Resource.TEMPLATES,
            application,
            application.templates_used,
            template_quota(application),
        )
