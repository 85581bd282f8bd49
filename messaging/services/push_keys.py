"""The keys that sign an application's pushes, remembered by each worker process for seconds."""

from dataclasses import dataclass, field

from django.conf import settings

from common.expiring import Expiring
from customers.models import Application


@dataclass(frozen=True, slots=True)
class PushKeys:
    """Push AK and push SK of an application (spec data-plane §4.4)."""

    access: str
    secret: str = field(repr=False)


def push_keys(application_id: int) -> PushKeys | None:
    """The keys to sign with, or None when the application's pushes are not signed."""
    return _keys.get(application_id)


def forget() -> None:
    _keys.clear()


def _load(application_id: int) -> PushKeys | None:
    row = Application.objects.filter(pk=application_id).only("push_ak", "push_sk").first()
    return PushKeys(row.push_ak, row.push_sk) if row and row.push_ak and row.push_sk else None


_keys = Expiring(_load, lifetime_s=lambda: float(settings.SMS_CREDENTIAL_CACHE_S))
