"""A signature and a template to try an application out with, for a month (spec console §5.1)."""

from datetime import timedelta

from django.db import transaction

from common.clock import now
from customers.models import Application, User
from reviews.models import Signature, Template, TemplateVersion
from reviews.models.kinds import MessageType
from reviews.models.template import new_template_id
from reviews.services import channel_numbers, deleting, submissions, workflow

LIVE = timedelta(days=30)
SIGNATURE_NAME = "短信测试"
TEMPLATE_NAME = "测试模板"
CONTENT = "您的验证码为${1}，5分钟内有效，请勿告诉他人。"
_ATTRIBUTES = [{"name": "1", "attribute": "CHARDIGIT"}]


@transaction.atomic
def create_test_objects(
    *, application: Application, actor: User | None, ip_address: str | None = None
) -> Template:
    """Make a usable test signature and, bound to it, a usable test template of the platform's own
    wording: nothing in them is the customer's, so nobody has to review them."""
    until = now() + LIVE
    signature = Signature.objects.create(
        customer=application.customer,
        application=application,
        name=_free_name(application),
        type=MessageType.VERIFICATION,
        status=Signature.Status.REVIEW_PROCESSING_COMPLETED,
        channel_number=channel_numbers.next_free(),
        test_until=until,
    )
    template: Template = Template.objects.create(
        customer=application.customer,
        application=application,
        signature=signature,
        type=MessageType.VERIFICATION,
        name=TEMPLATE_NAME,
        content=CONTENT,
        variable_attributes=_ATTRIBUTES,
        status=Template.Status.ADOPTED,
        template_id=new_template_id(),
        test_until=until,
    )
    template.version = TemplateVersion.objects.create(
        template=template, number=1, content=CONTENT, variable_attributes=_ATTRIBUTES
    )
    template.save(update_fields=["version"])
    for each in (signature, template):
        workflow.enter(each, actor=actor)
        submissions.record(
            "create",
            each,
            actor=actor,
            ip_address=ip_address,
            after={"test_until": until.isoformat()},
        )
    return template


def delete_expired() -> int:
    """Delete the test signatures whose month is over, with their templates; returns how many."""
    over = list(Signature.objects.filter(test_until__lte=now()))
    for signature in over:
        deleting.delete_signature(signature=signature, actor=None)
    return len(over)


def _free_name(application: Application) -> str:
    """A name that no other application of the customer uses for its test signature."""
    taken = set(
        Signature.objects.for_customer(application.customer)
        .filter(type=MessageType.VERIFICATION)
        .values_list("name", flat=True)
    )
    number = 1
    while (name := f"{SIGNATURE_NAME}{number if number > 1 else ''}") in taken:
        number += 1
    return name
