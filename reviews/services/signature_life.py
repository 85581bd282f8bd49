"""What happens to a signature after its approval: retention, activation, later papers (§7.4)."""

from django.db import transaction

from customers.models import User
from customers.services.standing import require_service
from reviews.models import Qualification, Signature, Submission
from reviews.services import binding, submissions, workflow

Status = Signature.Status


@transaction.atomic
def expire_retention(*, signature: Signature, reason: str, actor: User | None = None) -> Signature:
    """Take a processed signature out of use when the retention period after arrears is over.

    Refuses one in any other status.
    """
    signature = _locked(signature)
    # One whose activation is reviewed returns to the same status, by a reviewer's word only.
    if signature.status != Status.REVIEW_PROCESSING_COMPLETED:
        raise workflow.refusal(signature, Status.TO_BE_ACTIVATED)
    return _step("expire", signature, Status.TO_BE_ACTIVATED, actor, None, reason)


@transaction.atomic
def activate(
    *,
    signature: Signature,
    reason: str = "",
    actor: User | None,
    ip_address: str | None = None,
) -> Signature:
    """Ask for the activation of a signature out of use; operations review it.

    Refuses one in any other status (MSGSMS.0130) and a customer who may not add anything.
    """
    signature = _locked(signature)
    require_service(signature.customer)
    _step("activate", signature, Status.PENDING_ACTIVATE, actor, ip_address, reason.strip())
    submissions.open_case(signature, actor=actor, kind=Submission.Kind.ACTIVATION)
    return signature


@transaction.atomic
def supplement(
    *,
    signature: Signature,
    qualification: Qualification,
    actor: User | None,
    ip_address: str | None = None,
) -> Signature:
    """Bind a qualification to a signature that was approved without one; operations compare them.

    Refuses a signature that needs none and a qualification that does not fit (`binding.check`).
    """
    signature = _locked(signature)
    require_service(signature.customer)
    bound = binding.locked(qualification)
    binding.check(
        bound,
        customer=signature.customer,
        is_third_party=signature.is_third_party,
        is_required=True,
    )
    _step(
        "supplement",
        signature,
        Status.REVIEW_PASSED_QUALIFICATION_PROCESSING,
        actor,
        ip_address,
        "",
    )
    signature.qualification = bound
    signature.save(update_fields=["qualification"])
    submissions.open_case(signature, actor=actor, kind=Submission.Kind.SUPPLEMENT)
    return signature


def _step(
    verb: str,
    signature: Signature,
    to: str,
    actor: User | None,
    ip_address: str | None,
    reason: str,
) -> Signature:
    before = {"status": signature.status}
    workflow.advance(signature, to, actor=actor, reason=reason)
    submissions.record(
        verb,
        signature,
        actor=actor,
        ip_address=ip_address,
        before=before,
        after={"status": signature.status},
        reason=reason,
    )
    return signature


def _locked(signature: Signature) -> Signature:
    found: Signature = (
        Signature.objects.select_for_update(no_key=True, of=("self",))
        .select_related("customer", "application")
        .get(pk=signature.pk)
    )
    return found
