"""Applications as authentication needs them, remembered by each process for seconds."""

from dataclasses import dataclass

from django.conf import settings

from common.expiring import Expiring
from customers.models import Application


@dataclass(frozen=True, slots=True)
class Credentials:
    """An application that may call the API; `obstacle` is the code that says why it may not."""

    application_id: int
    customer_id: int
    secret: str
    obstacle: str

    def __repr__(self) -> str:
        return f"Credentials(application {self.application_id})"


def find(app_key: str) -> Credentials | None:
    """The application of an app_key, or None when there is no such key."""
    return _credentials.get(app_key)


def forget() -> None:
    _credentials.clear()


def _load(app_key: str) -> Credentials | None:
    application = (
        Application.objects.select_related("customer").filter(app_key=app_key).first()
        if "\x00" not in app_key
        else None
    )
    if application is None:
        return None
    return Credentials(
        application.pk, application.customer_id, application.app_secret, _obstacle(application)
    )


def _obstacle(application: Application) -> str:
    customer = application.customer
    if not application.is_launched:
        return "E000103"
    if customer.service != customer.Service.ENABLED:
        return "E000109"
    if customer.status == customer.Status.FROZEN:
        return "E000112"
    return ""


_credentials = Expiring(_load, lifetime_s=lambda: settings.SMS_CREDENTIAL_CACHE_S)
