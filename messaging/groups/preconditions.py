"""What must hold before a group task may be made, confirmed or started (spec console §9.1)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Application, Customer
from customers.services.standing import require_service
from messaging.models import GroupTask
from reviews.models import Signature, Template, TemplateVersion
from reviews.models.kinds import MessageType

if TYPE_CHECKING:
    from common.errors import Sentence


class Choice(NamedTuple):
    """What a group task is made of."""

    customer: Customer
    application: Application
    signature: Signature
    template: Template


class _Precondition(NamedTuple):
    code: str
    field: str
    holds: Callable[[Choice], bool]
    sentence: "Sentence"


PRECONDITIONS = (
    _Precondition(
        "group_application_owner",
        "application",
        lambda choice: choice.application.customer_id == choice.customer.pk,
        _("This application does not belong to your account. Choose one of yours."),
    ),
    _Precondition(
        "group_application_status",
        "application",
        lambda choice: choice.application.is_launched,
        _("This application is not in service. Choose one whose status is Normal."),
    ),
    _Precondition(
        "group_signature_application",
        "signature",
        lambda choice: choice.signature.application_id == choice.application.pk,
        _("This signature belongs to another application. Choose one of this application."),
    ),
    _Precondition(
        "group_signature_usable",
        "signature",
        lambda choice: choice.signature.is_usable,
        _(
            "This signature is not approved or has no channel number yet. "
            "Choose a signature that is ready to use."
        ),
    ),
    _Precondition(
        "group_template_application",
        "template",
        lambda choice: choice.template.application_id == choice.application.pk,
        _("This template belongs to another application. Choose one of this application."),
    ),
    _Precondition(
        "group_template_usable",
        "template",
        lambda choice: choice.template.is_usable and choice.template.version_id is not None,
        _("This template is not approved or is disabled. Choose an approved template."),
    ),
    _Precondition(
        "group_template_verification",
        "template",
        lambda choice: choice.template.type != MessageType.VERIFICATION,
        _(
            "Templates of verification codes cannot be sent to groups. "
            "Choose a notification or promotion template."
        ),
    ),
    _Precondition(
        "group_template_signature",
        "template",
        lambda choice: (
            choice.template.type == choice.signature.type
            and choice.template.signature_id in (None, choice.signature.pk)
        ),
        _(
            "This template does not go with the signature. Choose a template of this signature, "
            "or a universal one of the same type."
        ),
    ),
)


def refuse_unless_met(choice: Choice) -> None:
    """Raise the `Refusal` of the first condition that does not hold."""
    require_service(choice.customer)
    for condition in PRECONDITIONS:
        if not condition.holds(choice):
            raise _refusal_of(condition.code)


def version_to_send(template: Template) -> TemplateVersion:
    """The approved version of a template; `Refusal` when there is none."""
    if template.version is None:
        raise _refusal_of("group_template_usable")
    return template.version


def refuse_unless_still_met(task: GroupTask) -> None:
    """Ask again for an existing task; its file must also have been made for today's template."""
    refuse_unless_met(Choice(task.customer, task.application, task.signature, task.template))
    if version_to_send(task.template).approved_at > task.uploaded_at:
        raise Refusal(
            "group_template_changed",
            _(
                "The template was changed after the file was uploaded. "
                "Create a new task so that the file is checked against the new text."
            ),
            field="template",
        )


def _refusal_of(code: str) -> Refusal:
    condition = next(one for one in PRECONDITIONS if one.code == code)
    return Refusal(code, condition.sentence, field=condition.field)
