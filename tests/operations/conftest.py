import pytest
from django.test import Client
from django.utils import translation

from customers.models import Penalty, User
from customers.services import penalties
from customers.services.tickets import open_ticket
from messaging import demo
from messaging.models import Channel
from messaging.models.partitions import ensure_partitions
from messaging.services import catalogue
from reviews.models import Template
from reviews.roles import AUDITORS, OPERATIONS_LEADS, REVIEWERS, SENIOR_REVIEWERS, role
from reviews.services import quotas, submissions
from tests.factories import ApplicationFactory, SubmissionFactory, UserFactory
from tests.messaging.opt_outs import opted_out
from tests.messaging.replies import replied
from tests.messaging.road import Road, numbers


def client_of(user, address):
    client = Client(REMOTE_ADDR=address)
    client.force_login(user)
    return client


def member(role_name):
    user = UserFactory(staff=True)
    user.groups.add(role(role_name))
    return user


@pytest.fixture
def reviewer(db):
    """A member of the operations team who may decide cases and little else."""
    return member(REVIEWERS)


@pytest.fixture
def colleague(db):
    """Another reviewer."""
    return member(REVIEWERS)


@pytest.fixture
def senior(db):
    return member(SENIOR_REVIEWERS)


@pytest.fixture
def auditor(db):
    """Someone who may read everything and change nothing."""
    return member(AUDITORS)


@pytest.fixture
def console(reviewer):
    """The console as a reviewer uses it."""
    return client_of(reviewer, "192.0.2.44")


@pytest.fixture
def chinese_console(console):
    """The console in Chinese; what is outside of requests stays in English."""
    console.cookies["django_language"] = "zh-hans"
    with translation.override("en"):
        yield console


@pytest.fixture
def colleague_console(colleague):
    return client_of(colleague, "192.0.2.46")


@pytest.fixture
def senior_console(senior):
    return client_of(senior, "192.0.2.47")


@pytest.fixture
def lead_console(db):
    return client_of(member(OPERATIONS_LEADS), "192.0.2.48")


@pytest.fixture
def auditor_console(auditor):
    return client_of(auditor, "192.0.2.49")


@pytest.fixture
def administration(db):
    """The console as an administrator uses it."""
    return client_of(UserFactory(administrator=True), "192.0.2.45")


@pytest.fixture
def quota_case(db):
    """A customer's wish for more templates."""
    application = ApplicationFactory()
    request = quotas.request_quota(
        customer=application.customer,
        application=application,
        resource="templates",
        wanted=5_000,
        reason="more shops",
        actor=None,
    )
    return submissions.open_case_of(request)


@pytest.fixture
def seeded(db, quota_case):
    """The demo data and what happens next: a platform on which most kinds of page have a row."""
    ensure_partitions()
    catalogue.forget()
    demo.seed()
    SubmissionFactory(overdue=True, urged=True)
    SubmissionFactory(of_template=True)
    template = Template.objects.get(name="code")
    road = Road(template.application, Channel.objects.get(is_default=True), template)
    road.accept(numbers(1))
    replied(road)
    opted_out(template.application)
    penalties.penalize(
        customer=template.customer,
        violation=Penalty.Violation.NO_OPT_OUT,
        comment="No way to unsubscribe",
        actor=UserFactory(administrator=True),
    )
    open_ticket(
        customer=template.customer,
        kind="other",
        subject="Question",
        text="How?",
        files=[],
        actor=User.objects.get(email=demo.OWNER["email"]),
    )
