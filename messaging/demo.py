"""The demo data of a laptop: a customer, its people and objects, all approved by review.

Everything goes through the services the console uses, and each object is made once: running it
again finds what is there and changes nothing.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from customers.models import AccessKey, Application, Customer, User
from customers.services.accounts import open_customer
from customers.services.applications import create_application
from messaging.models import Channel, PlatformTemplate, TrafficThreshold
from reviews.models import Signature, Submission, Template
from reviews.models.kinds import MessageType
from reviews.roles import REVIEWERS, role
from reviews.services import channel_numbers, decide, signatures, submissions, templates

CUSTOMER = "演示企业"
SIGNATURE = "云上商城"
APPLICATION = "demo"
OWNER = {"email": "customer@example.com", "password": "paper-lantern-42"}
REVIEWER = {"email": "reviewer@example.com", "password": "mountain-tea-42"}
ADMINISTRATOR = {"email": "admin@example.com", "password": "river-stone-42"}


@dataclass(frozen=True, slots=True)
class DemoTemplate:
    """A template of the demo customer, by the name tools know it by."""

    name: str
    type: MessageType
    content: str
    attributes: tuple[str, ...] = ()
    is_universal: bool = False

    @property
    def variable_attributes(self) -> list[dict[str, str]]:
        return [
            {"name": str(position), "attribute": attribute}
            for position, attribute in enumerate(self.attributes, start=1)
        ]


TEMPLATES = (
    DemoTemplate(
        "code",
        MessageType.VERIFICATION,
        "您的验证码为${1}，5分钟内有效，请勿告诉他人。",
        ("CHARDIGIT",),
    ),
    DemoTemplate(
        "notice",
        MessageType.NOTIFICATION,
        "您的订单${1}已发货，请留意查收。",
        ("TEXT",),
        is_universal=True,
    ),
    DemoTemplate(
        "notice3",
        MessageType.NOTIFICATION,
        "${1}您好，您的包裹已到达${2}，请凭取件码${3}领取。",
        ("TEXT", "TEXT", "TEXT"),
    ),
    DemoTemplate(
        "promotion",
        MessageType.PROMOTION,
        "尊敬的会员，本周末全场商品八折优惠，欢迎选购。拒收请回复R",
    ),
)


THRESHOLDS = {
    "daily_alarm": 40_000_000,
    "daily_limit": 50_000_000,
    "monthly_alarm": 800_000_000,
    "monthly_limit": 1_000_000_000,
    "daily_ceiling": 100_000_000,
    "monthly_ceiling": 2_000_000_000,
}
"""High enough for whoever measures how fast a machine is."""

PLATFORM = "SMS Console"
PLATFORM_SIGNATURE = "短信控制台"
PLATFORM_TEMPLATES = {
    PlatformTemplate.Purpose.NOTICE: DemoTemplate(
        "platform notice",
        MessageType.NOTIFICATION,
        "您提交的${1}“${2}”${3}，详情请登录控制台查看。",
        ("TEXT", "TEXT", "TEXT"),
    ),
    PlatformTemplate.Purpose.CODE: DemoTemplate(
        "platform code",
        MessageType.VERIFICATION,
        "您的验证码为${1}，10分钟内有效，请勿告诉他人。",
        ("CHARDIGIT",),
    ),
}


@transaction.atomic
def seed() -> dict[str, Any]:
    """Make what is missing of the demo data; return what tools need to use it."""
    reviewer = _reviewer()
    _administrator()
    _channel()
    customer = _customer()
    owner = User.objects.get_by_natural_key(OWNER["email"])
    TrafficThreshold.objects.get_or_create(customer=customer, defaults=THRESHOLDS)
    application = _application(customer, owner)
    signed = {type: _signature(application, type, owner, reviewer) for type in MessageType}
    approved = [
        (each, _template(application, each, signed[each.type], owner, reviewer))
        for each in TEMPLATES
    ]
    _platform(reviewer)
    key, _created = AccessKey.objects.get_or_create(customer=customer, user=owner, is_active=True)
    return {
        "customer": OWNER,
        "reviewer": REVIEWER,
        "app_key": application.app_key,
        "app_secret": str(application.app_secret),
        "channel_number": signed[MessageType.NOTIFICATION].channel_number,
        "signature": SIGNATURE,
        "templates": {
            each.name: _entry(each, template, signed[each.type].channel_number)
            for each, template in approved
        },
        "project_id": customer.project_id,
        "access_key": key.access_key,
        "secret_key": str(key.secret_key),
    }


def _entry(each: DemoTemplate, template: Template, channel_number: str) -> dict[str, Any]:
    return {
        "id": template.template_id,
        "type": template.type,
        "variables": len(each.attributes),
        "universal": template.is_universal,
        "channel_number": channel_number,
    }


def _reviewer() -> User:
    reviewer = _person(REVIEWER, full_name="Demo reviewer", is_staff=True)
    reviewer.groups.add(role(REVIEWERS))
    return reviewer


def _administrator() -> User:
    return _person(ADMINISTRATOR, full_name="Demo administrator", is_staff=True, is_superuser=True)


def _person(login: dict[str, str], **fields: Any) -> User:
    existing = User.objects.filter(email__iexact=login["email"]).first()
    return existing or User.objects.create_user(**login, **fields)


def _channel() -> None:
    Channel.objects.get_or_create(
        name="Simulated carrier",
        defaults={
            "connector": "simulated",
            "is_default": not Channel.objects.filter(is_default=True).exists(),
            "config": {"delay_s": 1.0},
        },
    )


def _customer() -> Customer:
    existing = Customer.objects.filter(memberships__user__email__iexact=OWNER["email"]).first()
    return existing or open_customer(
        name=CUSTOMER,
        owner_email=OWNER["email"],
        owner_password=OWNER["password"],
        owner_name="Demo customer",
    )


def _platform(reviewer: User) -> None:
    """The platform as its own customer: it sends security codes and notices by SMS."""
    customer, _created = Customer.objects.get_or_create(
        name=PLATFORM, defaults={"service": Customer.Service.ENABLED}
    )
    application = _application(customer, None)
    for purpose, each in PLATFORM_TEMPLATES.items():
        signature = _signature(application, each.type, None, reviewer, name=PLATFORM_SIGNATURE)
        PlatformTemplate.objects.get_or_create(
            purpose=purpose,
            defaults={
                "template": _template(application, each, signature, None, reviewer),
                "signature": signature,
            },
        )


def _application(customer: Customer, owner: User | None) -> Application:
    existing = customer.applications.filter(name=APPLICATION).first()
    return existing or create_application(customer=customer, name=APPLICATION, actor=owner)


def _signature(
    application: Application,
    type: MessageType,
    owner: User | None,
    reviewer: User,
    name: str = SIGNATURE,
) -> Signature:
    mine = Signature.objects.for_customer(application.customer).filter(name=name)
    existing: Signature | None = mine.filter(type=type).first()
    if existing:
        return existing
    signature = signatures.apply(
        application=application,
        name=name,
        type=type,
        source=Signature.Source.ENTERPRISE,
        actor=owner,
    )
    # One number for all types, so that tools can send every template with the same `from`.
    sibling = mine.exclude(channel_number="").first()
    decide.approve(
        submission=_open_case(signature),
        reviewer=reviewer,
        channel_number=sibling.channel_number if sibling else channel_numbers.next_free(),
    )
    signature.refresh_from_db()
    return signature


def _template(
    application: Application,
    each: DemoTemplate,
    signature: Signature,
    owner: User | None,
    reviewer: User,
) -> Template:
    mine = application.templates.filter(name=each.name, type=each.type)
    existing: Template | None = mine.order_by("id").first()
    if existing:
        return existing
    template = templates.apply(
        application=application,
        signature=None if each.is_universal else signature,
        type=each.type,
        name=each.name,
        content=each.content,
        variable_attributes=each.variable_attributes,
        actor=owner,
    )
    decide.approve(submission=_open_case(template), reviewer=reviewer)
    template.refresh_from_db()
    return template


def _open_case(subject: Signature | Template) -> Submission:
    return submissions.cases_of(subject).get(state=Submission.State.WAITING)
