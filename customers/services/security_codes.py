"""Security codes: prove that a mobile number or an e-mail address is one's own (ruling 32)."""

import secrets
from datetime import timedelta

from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import Customer, SecurityCode
from customers.models.notice import Delivery

DIGITS = 6
LIVES = timedelta(minutes=10)
PAUSE = timedelta(seconds=60)
"""Between two codes to one address."""

MOST_PER_DAY = 10
"""Codes to one address, and codes for one subject, in 24 hours."""

MOST_WRONG_TRIES = 5


@transaction.atomic
def send(
    *,
    subject: str,
    address: str,
    medium: Delivery.Medium,
    customer: Customer | None = None,
    language: str = "",
) -> None:
    """Send a new code to an address; earlier ones of the subject and address end with it.

    Refuses a second code within 60 seconds, and the eleventh within 24 hours.
    """
    # Two presses of the button at once must not send two codes.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('security_code'), hashtext(%s))", [address]
        )
    _refuse_too_many(subject, address)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    SecurityCode.objects.create(
        subject=subject,
        address=address,
        code_hash=_hashed(subject, address, code),
        expires_at=now() + LIVES,
    )
    Delivery.objects.create(
        customer=customer,
        medium=medium,
        address=address,
        language=language,
        code=code,
        next_attempt_at=now(),
    )


def check(*, subject: str, address: str, code: str) -> None:
    """Accept the latest code of a subject and address, once.

    Refuses a wrong, used or old one; the fifth wrong try ends the code.
    """
    with transaction.atomic():
        latest = (
            SecurityCode.objects.select_for_update()
            .filter(subject=subject, address=address)
            .order_by("-id")
            .first()
        )
        refusal = _judge(latest, code.strip())
        if latest and refusal is None:
            latest.used_at = now()
            latest.save(update_fields=["used_at"])
        elif latest:
            latest.wrong_tries += 1
            latest.save(update_fields=["wrong_tries"])
    if refusal:  # outside, so that the wrong try stays counted
        raise refusal


def _judge(latest: SecurityCode | None, code: str) -> Refusal | None:
    if latest is None or latest.used_at or latest.expires_at < now():
        return Refusal(
            "code_expired",
            _("There is no valid code any more. Have a new one sent."),
            field="code",
        )
    if latest.wrong_tries >= MOST_WRONG_TRIES:
        return Refusal(
            "code_blocked",
            _("The code was entered wrongly too often and is void. Have a new one sent."),
            field="code",
        )
    if not constant_time_compare(latest.code_hash, _hashed(latest.subject, latest.address, code)):
        return Refusal(
            "code_wrong",
            _("The code is wrong. %(left)s more tries are possible with this one."),
            field="code",
            params={"left": MOST_WRONG_TRIES - latest.wrong_tries - 1},
        )
    return None


def _refuse_too_many(subject: str, address: str) -> None:
    moment = now()
    of_address = SecurityCode.objects.filter(address=address)
    if of_address.filter(created_at__gt=moment - PAUSE).exists():
        raise Refusal(
            "code_pause",
            _("A code was sent less than 60 seconds ago. Wait a moment, then ask again."),
            permanent=False,
        )
    since = moment - timedelta(days=1)
    of_subject = SecurityCode.objects.filter(subject=subject, created_at__gt=since)
    if max(of_address.filter(created_at__gt=since).count(), of_subject.count()) >= MOST_PER_DAY:
        raise Refusal(
            "code_limit",
            _("%(most)s codes were sent within 24 hours. Try again tomorrow."),
            permanent=False,
            params={"most": MOST_PER_DAY},
        )


def _hashed(subject: str, address: str, code: str) -> str:
    return salted_hmac(
        "customers.security_code", f"{subject}\n{address}\n{code}", algorithm="sha256"
    ).hexdigest()
