"""Templates: applying, applying again, and the steps of their life (spec console §8)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Application, Notice, User
from customers.services.quotas import template_quota
from customers.services.standing import require_room, require_service
from reviews.models import Signature, Template
from reviews.roles import DEACTIVATE
from reviews.services import rights, submissions, workflow
from reviews.services.fields import check_storable, check_type, checked_description
from reviews.services.rules import refuse_blocking, template_findings

LONGEST_NAME = 128
"""Characters of a template's name as it is stored (ruling 33); the console takes 64."""

Attributes = Sequence[dict[str, Any]]
"""`[{"name": "1", "attribute": "CHARDIGIT"}, …]`, in order of appearance."""


@transaction.atomic
def apply(
    *,
    application: Application,
    signature: Signature | None,
    type: str,
    name: str,
    content: str,
    variable_attributes: Attributes,
    description: str = "",
    actor: User | None,
    ip_address: str | None = None,
) -> Template:
    """Apply for a template; without a signature it is universal.

    It waits for review with a due time, or for its signature when that is not approved yet.
    Refuses a customer who may not add anything, a quota that is used up (ruling 25), a signature
    of another application or type, and a text that breaks a rule.
    """
    application = (
        Application.objects.select_for_update(no_key=True, of=("self",))
        .select_related("customer")
        .get(pk=application.pk)
    )
    require_service(application.customer)
    require_room(
        code="template_quota",
        used=application.templates.count(),
        quota=template_quota(application),
        message=_(
            "The template quota of this application is used up: %(used)s of %(quota)s. "
            "Delete templates you no longer need, or ask for a higher quota."
        ),
    )
    template = Template(application=application, customer=application.customer)
    _fill(template, signature, type, name, content, variable_attributes, description)
    template.status = _first_stop(template)
    template.save()
    workflow.enter(template, actor=actor)
    _open_case_if_reviewing(template, actor)
    submissions.record(
        "submit",
        template,
        actor=actor,
        ip_address=ip_address,
        after=submissions.snapshot_of(template),
    )
    return template


@transaction.atomic
def resubmit(
    *,
    template: Template,
    signature: Signature | None,
    type: str,
    name: str,
    content: str,
    variable_attributes: Attributes,
    description: str = "",
    actor: User | None,
    ip_address: str | None = None,
) -> Template:
    """Change a rejected, withdrawn or disabled template and submit it again (ruling 21).

    The template ID stays, and so does the approved version until the new text is approved.
    """
    template = _locked(template)
    require_service(template.customer)
    if not template.can_modify:
        raise Refusal(
            "template_not_modifiable",
            _(
                "“%(name)s” is “%(status)s” and cannot be changed. "
                "Withdraw it while it is pending, or disable it once it is approved."
            ),
            params={"name": template.name, "status": template.get_status_display()},
        )
    before = submissions.snapshot_of(template)
    _fill(template, signature, type, name, content, variable_attributes, description)
    workflow.advance(template, _first_stop(template), actor=actor)
    template.save()
    _open_case_if_reviewing(template, actor)
    submissions.record(
        "resubmit",
        template,
        actor=actor,
        ip_address=ip_address,
        before=before,
        after=submissions.snapshot_of(template),
    )
    return template


@transaction.atomic
def submit(*, template: Template, actor: User | None, ip_address: str | None = None) -> Template:
    """Submit a withdrawn template as it is; refuses one that is not to be submitted.

    Its text must keep the rules of today.
    """
    template = _locked(template)
    require_service(template.customer)
    if not template.can_submit:
        raise Refusal(
            "template_not_submittable",
            _("“%(name)s” is “%(status)s”; only a template to be submitted can be submitted."),
            params={"name": template.name, "status": template.get_status_display()},
        )
    _fill(
        template,
        template.signature,
        template.type,
        template.name,
        template.content,
        template.variable_attributes,
        template.description,
    )
    template = _step("submit", template, _first_stop(template), actor, ip_address)
    _open_case_if_reviewing(template, actor)
    return template


@transaction.atomic
def withdraw(*, template: Template, actor: User | None, ip_address: str | None = None) -> Template:
    """Take a pending template back to change it; refuses one that is not pending."""
    # The case before the template, as a decision takes them: so neither waits for the other.
    submissions.withdraw_case(template)
    return _step("withdraw", template, Template.Status.PENDING, actor, ip_address)


@transaction.atomic
def disable(*, template: Template, actor: User | None, ip_address: str | None = None) -> Template:
    """Stop using an approved template, to change it; refuses one that is not approved."""
    return _step("disable", template, Template.Status.DISABLE, actor, ip_address)


@transaction.atomic
def deactivate(
    *, template: Template, reason: str, actor: User, ip_address: str | None = None
) -> Template:
    """Take an approved template out of use for good: carriers no longer allow its content.

    For senior reviewers. It cannot be restored; the customer applies for another (spec console
    §8.4). Refuses a missing reason and a template that is not approved.
    """
    rights.require(actor, DEACTIVATE, customer=template.customer)
    reason = reason.strip()
    if not reason:
        raise Refusal(
            "reason_missing",
            _("Write why the template is deactivated: the customer reads it."),
            field="reason",
        )
    template = _step(
        "deactivate", template, Template.Status.ADOPTED_INACTIVE, actor, ip_address, reason
    )
    submissions.tell(template, Notice.Event.TEMPLATE_DEACTIVATED, comment=reason)
    return template


@transaction.atomic
def rename(
    *, template: Template, name: str, actor: User | None, ip_address: str | None = None
) -> Template:
    """Give an approved template another name; its text stays (MSGSMS.0187)."""
    template = _locked(template)
    if not template.can_rename:
        raise Refusal(
            "template_not_renamable",
            _(
                "“%(name)s” is “%(status)s”; only an approved template is renamed. "
                "Change the others instead."
            ),
            params={"name": template.name, "status": template.get_status_display()},
        )
    before = {"name": template.name}
    template.name = _checked_name(name)
    template.save(update_fields=["name", "updated_at"])
    submissions.record(
        "rename",
        template,
        actor=actor,
        ip_address=ip_address,
        before=before,
        after={"name": template.name},
    )
    return template


def release_waiting(signature: Signature, *, actor: User | None) -> None:
    """Send the templates that waited for an approved signature into review."""
    waiting = signature.templates.filter(status=Template.Status.SIGN_REVIEWING)
    for template in waiting.select_related("customer", "signature").order_by("id"):
        workflow.advance(template, Template.Status.REVIEWING, actor=actor)
        submissions.open_case(template, actor=None)


def _step(
    verb: str,
    template: Template,
    to: str,
    actor: User | None,
    ip_address: str | None,
    reason: str = "",
) -> Template:
    template = _locked(template)
    before = {"status": template.status}
    workflow.advance(template, to, actor=actor, reason=reason)
    submissions.record(
        verb,
        template,
        actor=actor,
        ip_address=ip_address,
        before=before,
        after={"status": template.status},
        reason=reason,
    )
    return template


def _locked(template: Template) -> Template:
    found: Template = (
        Template.objects.select_for_update(no_key=True, of=("self",))
        .select_related("customer", "application", "signature")
        .get(pk=template.pk)
    )
    return found


def _first_stop(template: Template) -> Template.Status:
    """Where a submitted template waits: for its signature's approval, or for its own."""
    signature = template.signature
    if signature is None or signature.is_approved:
        return Template.Status.REVIEWING
    return Template.Status.SIGN_REVIEWING


def _open_case_if_reviewing(template: Template, actor: User | None) -> None:
    if template.status == Template.Status.REVIEWING:
        submissions.open_case(template, actor=actor)


def _fill(
    template: Template,
    signature: Signature | None,
    type: str,
    name: str,
    content: str,
    variable_attributes: Attributes,
    description: str,
) -> None:
    check_type(type)
    if signature is not None:
        # Locked, so that its approval cannot slip in between looking at it and waiting for it.
        signature = Signature.every.select_for_update(no_key=True).get(pk=signature.pk)
        _check_signature(signature, template.application, type)
    refuse_blocking(
        template_findings(
            type,
            content,
            variable_attributes,
            signature_name=signature.name if signature else "",
        )
    )
    template.signature = signature
    template.type = type
    template.name = _checked_name(name)
    template.content = content
    template.variable_attributes = list(variable_attributes)
    template.description = checked_description(description)


def _check_signature(signature: Signature, application: Application, type: str) -> None:
    if signature.deleted_at is not None:
        raise Refusal(
            "template_signature_deleted",
            _("The signature “%(signature)s” was deleted. Choose another one."),
            field="signature",
            params={"signature": signature.name},
        )
    if signature.application_id != application.pk:
        raise Refusal(
            "template_signature",
            _("The signature “%(signature)s” belongs to another application. Choose one of this."),
            field="signature",
            params={"signature": signature.name},
        )
    if signature.type != type:
        raise Refusal(
            "template_signature_type",
            _(
                "The signature “%(signature)s” is of the type “%(type)s”. "
                "Choose a signature of the template's type."
            ),
            field="signature",
            params={"signature": signature.name, "type": signature.get_type_display()},
        )


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refusal(
            "template_name",
            _("The template name has %(length)s characters; use 1 to %(longest)s."),
            field="name",
            params={"length": len(name), "longest": LONGEST_NAME},
        )
    check_storable((name,), field="name")
    return name
