"""Test objects that read like a sentence: ``TemplateFactory(adopted=True, universal=True)``.

They write rows directly, without the services, so that each test starts in the state it names.
"""

from datetime import timedelta
from functools import cache
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from common.placeholders import CompiledText
from customers.models import AccessKey, Application, Customer, Membership, User
from messaging.models import Channel
from reviews import roles
from reviews.models import Qualification, Signature, Submission, Template, TemplateVersion
from reviews.models.kinds import MessageType
from reviews.models.template import new_template_id
from reviews.services.submissions import snapshot_of

PASSWORD = "correct-horse-42"
"""The password of every user made here."""


@cache
def _hashed_password() -> str:
    """Hashing is slow on purpose; once is enough."""
    return make_password(PASSWORD)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True)
        administrator = factory.Trait(is_staff=True, is_superuser=True)
        reviewer = factory.Trait(is_staff=True, role__name=roles.REVIEWERS)

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.LazyFunction(_hashed_password)

    @factory.post_generation
    def role(self, create: bool, extracted: str | None, name: str = "") -> None:
        """``role=SENIOR_REVIEWERS`` puts the person into that group; ``reviewer=True`` is short."""
        if extracted or name:
            self.groups.add(roles.role(extracted or name))  # type: ignore[attr-defined]


class CustomerFactory(DjangoModelFactory[Customer]):
    """A customer whose service is enabled; ``frozen=True`` or ``not_enabled=True`` otherwise."""

    class Meta:
        model = Customer

    class Params:
        frozen = factory.Trait(status=Customer.Status.FROZEN)
        not_enabled = factory.Trait(service=Customer.Service.NOT_ENABLED)

    name = factory.Sequence(lambda n: f"示例企业{n}")
    service = Customer.Service.ENABLED


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    customer = factory.SubFactory(CustomerFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.OWNER


class ApplicationFactory(DjangoModelFactory[Application]):
    class Meta:
        model = Application

    class Params:
        suspended = factory.Trait(status=Application.Status.SUSPENDED)

    customer = factory.SubFactory(CustomerFactory)
    name = factory.Sequence(lambda n: f"application-{n}")


class AccessKeyFactory(DjangoModelFactory[AccessKey]):
    class Meta:
        model = AccessKey

    class Params:
        membership = factory.SubFactory(MembershipFactory)

    customer = factory.SelfAttribute("membership.customer")
    user = factory.SelfAttribute("membership.user")


class QualificationFactory(DjangoModelFactory[Qualification]):
    """A self-use qualification under review; ``approved=True``, ``third_party=True``."""

    class Meta:
        model = Qualification

    class Params:
        approved = factory.Trait(status=Qualification.Status.APPROVED)
        rejected = factory.Trait(status=Qualification.Status.REJECTED)
        third_party = factory.Trait(
            purpose=Qualification.Purpose.THIRD_PARTY,
            authorization_until=factory.LazyFunction(
                lambda: timezone.localdate() + timedelta(days=400)
            ),
        )

    customer = factory.SubFactory(CustomerFactory)
    name = factory.Sequence(lambda n: f"资质{n}")
    purpose = Qualification.Purpose.SELF_USE
    enterprise_name = "示例商城有限公司"
    enterprise_type = Qualification.EnterpriseType.ENTERPRISE
    certificate_type = Qualification.CertificateType.BUSINESS_LICENCE
    credit_code = "91350100M000100Y43"
    legal_person = "示例甲"
    legal_person_id_number = "11010519491231002X"
    administrator_role = Qualification.AdministratorRole.LEGAL_PERSON
    administrator = "示例甲"
    administrator_id_number = "11010519491231002X"
    administrator_mobile = "13800138000"


class SignatureFactory(DjangoModelFactory[Signature]):
    """A signature waiting for review; ``usable=True`` has a channel number, ``rejected=True``."""

    class Meta:
        model = Signature

    class Params:
        usable = factory.Trait(
            status=Signature.Status.REVIEW_PROCESSING_COMPLETED,
            channel_number=factory.Sequence(lambda n: f"csms2{n:08d}"),
        )
        rejected = factory.Trait(status=Signature.Status.REVIEW_NOT_PASS)

    application = factory.SubFactory(ApplicationFactory)
    customer = factory.SelfAttribute("application.customer")
    name = factory.Sequence(lambda n: f"云上商城{n}")
    type = MessageType.NOTIFICATION


class TemplateFactory(DjangoModelFactory[Template]):
    """A template waiting for review; ``adopted=True`` has a template ID and a version.

    It is bound to a usable signature of its type unless ``universal=True``.
    """

    class Meta:
        model = Template

    class Params:
        adopted = factory.Trait(
            status=Template.Status.ADOPTED, template_id=factory.LazyFunction(new_template_id)
        )
        rejected = factory.Trait(status=Template.Status.REJECT)
        universal = factory.Trait(signature=None)

    application = factory.SubFactory(ApplicationFactory)
    customer = factory.SelfAttribute("application.customer")
    type = MessageType.NOTIFICATION
    signature = factory.SubFactory(
        SignatureFactory,
        usable=True,
        application=factory.SelfAttribute("..application"),
        type=factory.SelfAttribute("..type"),
    )
    name = factory.Sequence(lambda n: f"template-{n}")
    content = "您的订单${1}已发货，请留意查收。"
    variable_attributes = factory.LazyAttribute(
        lambda template: [
            {"name": name, "attribute": "CHARDIGIT"}
            for name in CompiledText.parse(template.content).names
        ]
    )

    @classmethod
    def _create(cls, model_class: "type[Template]", *args: Any, **kwargs: Any) -> Template:
        template = super()._create(model_class, *args, **kwargs)
        if template.is_usable:
            template.version = TemplateVersion.objects.create(
                template=template,
                number=1,
                content=template.content,
                variable_attributes=template.variable_attributes,
            )
            template.save(update_fields=["version"])
        return template


class SubmissionFactory(DjangoModelFactory[Submission]):
    """An open review case of a signature; ``of_template=True`` for one of a template.

    ``overdue=True`` was due an hour ago, ``urged=True`` was urged by the customer just now.
    """

    class Meta:
        model = Submission

    class Params:
        of_template = False
        subject = factory.Maybe(
            "of_template",
            yes_declaration=factory.SubFactory(TemplateFactory),
            no_declaration=factory.SubFactory(SignatureFactory),
        )
        overdue = factory.Trait(
            due_at=factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
        )
        urged = factory.Trait(urged_at=factory.LazyFunction(timezone.now))

    kind = factory.Maybe("of_template", Submission.Kind.TEMPLATE, Submission.Kind.SIGNATURE)
    object_id = factory.SelfAttribute("subject.id")
    customer = factory.SelfAttribute("subject.customer")
    title = factory.SelfAttribute("subject.name")
    snapshot = factory.LazyAttribute(lambda case: snapshot_of(case.subject))
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=2))


class ChannelFactory(DjangoModelFactory[Channel]):
    class Meta:
        model = Channel

    name = factory.Sequence(lambda n: f"channel-{n}")
    connector = "simulated"
    config: dict[str, Any] = {"delay_s": 0}
