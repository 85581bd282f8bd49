"""The keys that sign an application's pushes: given, taken away, and remembered for seconds."""

import re
import secrets
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.expiring import Expiring
from customers.models import Application, User
from customers.services import audit

_ACCESS = re.compile(r"[A-Za-z0-9_.-]{8,64}")
_SECRET = re.compile(r"[\x21-\x7e]{8,32}")
_KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
FEWEST_KINDS = 3


@dataclass(frozen=True, slots=True)
class PushKeys:
    """Push AK and push SK of an application (spec data-plane §4.4)."""

    access: str
    secret: str = field(repr=False)


def push_keys(application_id: int) -> PushKeys | None:
    """The keys to sign with, or None when the application's pushes are not signed."""
    return _keys.get(application_id)


def new_push_keys() -> PushKeys:
    """Keys made by chance that fit every rule."""
    while not _is_mixed(secret := secrets.token_urlsafe(21)):
        pass
    return PushKeys(secrets.token_hex(10).upper(), secret)


@transaction.atomic
def set_push_keys(
    *, application: Application, keys: PushKeys, actor: User | None, ip_address: str | None = None
) -> None:
    """Sign the application's pushes with these keys from now on, in place of any it had.

    The push AK has 8 to 64 letters, digits and ``_ . -``, the push SK 8 to 32 visible characters
    of three kinds (console.md §5.1); both differ. Workers follow within seconds
    (`SMS_CREDENTIAL_CACHE_S`).
    """
    _check(keys)
    _store(application, keys.access, keys.secret, actor, ip_address)


@transaction.atomic
def remove_push_keys(
    *, application: Application, actor: User | None, ip_address: str | None = None
) -> None:
    """Send the application's pushes unsigned from now on. The keys are gone: signing begins
    anew with new ones (spec data-plane §4.4)."""
    _store(application, "", "", actor, ip_address)


def forget() -> None:
    _keys.clear()


def _check(keys: PushKeys) -> None:
    if not _ACCESS.fullmatch(keys.access):
        raise Refusal(
            "push_ak_form",
            _(
                "“%(found)s” does not fit: the push AK has 8 to 64 letters, digits, points, "
                "hyphens and underscores."
            ),
            field="push_ak",
            params={"found": keys.access},
        )
    if not (_SECRET.fullmatch(keys.secret) and _is_mixed(keys.secret)):
        raise Refusal(
            "push_sk_form",
            _(
                "The push SK has 8 to 32 characters without blanks, of three kinds at least: "
                "small letters, capitals, digits, signs."
            ),
            field="push_sk",
        )
    if keys.access == keys.secret:
        raise Refusal(
            "push_keys_equal",
            _("Push AK and push SK are the same. Choose different ones: the AK is sent openly."),
            field="push_sk",
        )


def _is_mixed(secret: str) -> bool:
    return sum(bool(re.search(kind, secret)) for kind in _KINDS) >= FEWEST_KINDS


def _store(
    application: Application, access: str, secret: str, actor: User | None, ip_address: str | None
) -> None:
    stored = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    before = stored.push_ak
    stored.push_ak, stored.push_sk = access, secret
    stored.save(update_fields=["push_ak", "push_sk"])
    audit.record(
        verb="set_push_keys" if access else "remove_push_keys",
        object_type="application",
        object_id=stored.pk,
        object_name=stored.name,
        actor=actor,
        customer=stored.customer,
        ip_address=ip_address,
        before={"push_ak": before},
        after={"push_ak": access},
    )
    transaction.on_commit(forget)


def _load(application_id: int) -> PushKeys | None:
    row = Application.objects.filter(pk=application_id).only("push_ak", "push_sk").first()
    return PushKeys(row.push_ak, row.push_sk) if row and row.push_ak and row.push_sk else None


_keys = Expiring(_load, lifetime_s=lambda: float(settings.SMS_CREDENTIAL_CACHE_S))
