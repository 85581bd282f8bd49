"""Applications as authentication needs them, remembered by each process for seconds."""

from dataclasses import dataclass
from datetime import datetime

from common.expiring import announced
from customers.models import Application

from .allowlist import AllowList


@dataclass(frozen=True, slots=True)
class Credentials:
    """An application that calls the API, with what its requests are checked against."""

    application_id: int
    customer_id: int
    secret: str
    previous_secret: str
    previous_until: datetime | None
    obstacle: str
    """The code that says why nobody may use this key, or empty."""
    may_send: bool
    """Whether sending is open for the application (else `E000106`)."""
    refuses_replays: bool
    allowlist: AllowList

    def __repr__(self) -> str:
        return f"Credentials(application {self.application_id})"

    def secrets(self, moment: datetime) -> tuple[str, ...]:
        """The valid secrets: after a reset the previous one, too, for a time (ruling 31)."""
        if self.previous_secret and self.previous_until and moment < self.previous_until:
            return (self.secret, self.previous_secret)
        return (self.secret,)


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
        application_id=application.pk,
        customer_id=application.customer_id,
        secret=application.app_secret,
        previous_secret=application.previous_secret,
        previous_until=application.previous_secret_until,
        obstacle=_obstacle(application),
        may_send=application.is_launched,
        refuses_replays=application.refuses_replays,
        allowlist=AllowList(application.ip_allowlist),
    )


def _obstacle(application: Application) -> str:
    customer = application.customer
    if application.status == Application.Status.SUSPENDED:
        return "E000103"
    if customer.service != customer.Service.ENABLED:
        return "E000109"
    if customer.status == customer.Status.FROZEN:
        return "E000112"
    return ""


_credentials = announced(_load)
