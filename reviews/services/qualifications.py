"""Qualifications: applying, applying again, withdrawing and deleting (spec console §6)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer, User
from customers.services.constraints import refused_by
from customers.services.standing import require_service
from reviews.models import Evidence, Qualification
from reviews.services import evidence, submissions, workflow
from reviews.services.evidence import Upload
from reviews.services.qualification_fields import Details, check

__all__ = ["Details", "apply", "delete", "resubmit", "withdraw"]

_ALWAYS = (
    Evidence.Kind.CERTIFICATE,
    Evidence.Kind.ID_FRONT,
    Evidence.Kind.ID_BACK,
    Evidence.Kind.ID_IN_HAND,
)
_ERASED = ("legal_person_id_number", "administrator_id_number", "administrator_mobile")


@transaction.atomic
def apply(
    *,
    customer: Customer,
    details: Details,
    uploads: Sequence[Upload],
    actor: User | None,
    ip_address: str | None = None,
) -> Qualification:
    """File a qualification with its papers; it waits for review with a due time.

    Refuses a customer who may not add anything, a field that breaks its rule, a name the customer
    has used, and missing or bad papers: certificate, both sides of the administrator's ID, the
    photo with it and, for third-party use, the letter of authorization.
    """
    require_service(customer)
    details = details.stripped()
    check(details)
    _check_papers(details.purpose, {upload.kind for upload in uploads})
    qualification = Qualification(customer=customer, **asdict(details))
    _save(qualification)
    evidence.attach_all(owner=qualification, uploads=uploads, actor=actor, ip_address=ip_address)
    workflow.enter(qualification, actor=actor)
    _submit("submit", qualification, actor, ip_address, before=None)
    return qualification


@transaction.atomic
def resubmit(
    *,
    qualification: Qualification,
    details: Details,
    uploads: Sequence[Upload] = (),
    actor: User | None,
    ip_address: str | None = None,
) -> Qualification:
    """Change a rejected or withdrawn qualification and submit it again.

    New papers replace those of their kind. The purpose stays. Refuses one in any other status:
    an approved one, its letter of authorization included, cannot be changed.
    """
    qualification = _locked(qualification)
    require_service(qualification.customer)
    if not qualification.can_modify:
        raise Refusal(
            "qualification_not_modifiable",
            _(
                "“%(name)s” is “%(status)s” and cannot be changed. Withdraw it while it is "
                "pending; once it is approved, file a new qualification."
            ),
            params={"name": qualification.name, "status": qualification.get_status_display()},
        )
    details = details.stripped()
    if details.purpose != qualification.purpose:
        raise Refusal(
            "qualification_purpose",
            _("The purpose cannot be changed afterwards. File a new qualification."),
            field="purpose",
        )
    check(details)
    kept = set(qualification.evidence.values_list("kind", flat=True))
    _check_papers(details.purpose, kept | {upload.kind for upload in uploads})
    before = submissions.snapshot_of(qualification)
    workflow.advance(qualification, Qualification.Status.PENDING_REVIEW, actor=actor)
    for field, value in asdict(details).items():
        setattr(qualification, field, value)
    _save(qualification)
    evidence.attach_all(owner=qualification, uploads=uploads, actor=actor, ip_address=ip_address)
    _submit("resubmit", qualification, actor, ip_address, before=before)
    return qualification


@transaction.atomic
def withdraw(
    *, qualification: Qualification, actor: User | None, ip_address: str | None = None
) -> Qualification:
    """Take a pending qualification back to change it; refuses one that is not pending."""
    # The case before its object, as a decision takes them: so neither waits for the other.
    submissions.withdraw_case(qualification)
    qualification = _locked(qualification)
    before = {"status": qualification.status}
    workflow.advance(qualification, Qualification.Status.WITHDRAWN, actor=actor)
    submissions.record(
        "withdraw",
        qualification,
        actor=actor,
        ip_address=ip_address,
        before=before,
        after={"status": qualification.status},
    )
    return qualification


@transaction.atomic
def delete(
    *, qualification: Qualification, actor: User | None, ip_address: str | None = None
) -> None:
    """Delete a qualification with its papers and personal numbers.

    Refuses one that is pending and one that a signature uses.
    """
    qualification = _locked(qualification)
    if qualification.is_pending:
        raise Refusal(
            "qualification_pending",
            _("“%(name)s” is under review. Withdraw it before you delete it."),
            params={"name": qualification.name},
        )
    if signature := qualification.signatures.first():
        raise Refusal(
            "qualification_in_use",
            _("The signature “%(signature)s” uses “%(name)s”. Delete the signature first."),
            params={"signature": signature.name, "name": qualification.name},
        )
    evidence.forget_all(qualification)
    for field in _ERASED:
        setattr(qualification, field, "")
    qualification.deleted_at = timezone.now()
    qualification.save()
    submissions.record("delete", qualification, actor=actor, ip_address=ip_address)


def _submit(
    verb: str,
    qualification: Qualification,
    actor: User | None,
    ip_address: str | None,
    *,
    before: dict[str, object] | None,
) -> None:
    case = submissions.open_case(qualification, actor=actor)
    submissions.record(
        verb,
        qualification,
        actor=actor,
        ip_address=ip_address,
        before=before,
        after=case.snapshot,
    )


def _check_papers(purpose: str, present: Iterable[str]) -> None:
    letter = (Evidence.Kind.AUTHORIZATION,) if purpose == Qualification.Purpose.THIRD_PARTY else ()
    for kind in (*_ALWAYS, *letter):
        if kind not in present:
            raise Refusal(
                "evidence_missing",
                _("“%(paper)s” is missing. Upload a photo or a scan."),
                field=str(kind.value),
                params={"paper": kind.label},
            )


def _locked(qualification: Qualification) -> Qualification:
    found: Qualification = (
        Qualification.objects.select_for_update(no_key=True, of=("self",))
        .select_related("customer")
        .get(pk=qualification.pk)
    )
    return found


def _save(qualification: Qualification) -> None:
    duplicate = Refusal(
        "qualification_duplicate",
        _("You have a qualification named “%(name)s” already. Choose another name."),
        field="name",
        params={"name": qualification.name},
    )
    with refused_by("qualification_name_once", duplicate):
        qualification.save()
