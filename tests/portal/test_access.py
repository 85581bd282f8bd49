"""Who may open which page: every address of the portal, asked by everyone."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import get_resolver, reverse
from django.utils import timezone

from customers.models import Contact, Customer, Invitation, Notice, QuotaRequest, TicketFile, User
from customers.services.billing.accounts import open_account
from customers.services.billing.offers import create_offer
from customers.services.billing.prices import month_of
from customers.services.billing.purchases import order_top_up
from customers.services.notices import announce
from customers.services.tickets import CheckedFile, open_ticket
from customers.services.webhook_events import owe_test
from customers.services.webhooks import add_webhook
from messaging.models import Export, GroupTask, RecipientList
from portal.views.template_imports import keep_failed
from reviews.models import Signature
from reviews.services.evidence import attach
from reviews.services.imports import FailedRow, ImportResult
from reviews.services.imports.columns import COLUMNS
from reviews.services.imports.reading import Line
from tests.factories import (
    AccessKeyFactory,
    MembershipFactory,
    QualificationFactory,
    SignatureFactory,
    TemplateFactory,
    UserFactory,
)
from tests.messaging.blocked_numbers import blocked
from tests.messaging.opt_outs import opted_out
from tests.messaging.replies import replied
from tests.messaging.road import Road, numbers
from tests.reviews.papers import upload

from .conftest import Visitor

OPEN_TO_ALL = {"language", "invitation"}
"""Addresses of the portal that need no log-in."""

READ = {"owner": 200, "operator": 200, "viewer": 200}
SEND = {"owner": 200, "operator": 200, "viewer": 403}
MANAGE = {"owner": 200, "operator": 403, "viewer": 403}
MINE = {"owner": 302, "operator": 404, "viewer": 404}
"""Something of another member, which only those who manage may touch."""


@dataclass(frozen=True)
class Page:
    """An address, what each role gets, and what someone from another customer gets."""

    roles: dict[str, int]
    stranger: int = 200
    of: str = ""
    method: str = "get"


PAGES = {
    "overview": Page(READ),
    "customer-choose": Page(dict.fromkeys(READ, 302), 302, method="post"),
    "application-list": Page(READ),
    "application-create": Page(MANAGE),
    "application-detail": Page(READ, 404, "application"),
    "application-edit": Page(MANAGE, 404, "application"),
    "application-secret": Page(MANAGE, 404, "application", "post"),
    "application-secret-reset": Page(MANAGE, 404, "application"),
    "application-pause": Page(MANAGE | {"owner": 302}, 404, "application", "post"),
    "application-resume": Page(MANAGE | {"owner": 302}, 404, "application", "post"),
    "application-push-keys": Page(MANAGE, 404, "application"),
    "application-push-keys-remove": Page(MANAGE | {"owner": 302}, 404, "application", "post"),
    "application-test": Page(SEND, 404, "application"),
    "application-test-preview": Page(SEND, 404, "application", "post"),
    "test-report": Page(SEND, 404, "message"),
    "evidence": Page(MANAGE, 404, "evidence"),
    "qualification-list": Page(READ),
    "qualification-create": Page(MANAGE),
    "qualification-fields": Page(MANAGE),
    "qualification-letter": Page(MANAGE),
    "qualification-detail": Page(READ, 404, "qualification"),
    "qualification-edit": Page(MANAGE, 404, "qualification"),
    "qualification-withdraw": Page(MANAGE | {"owner": 302}, 404, "qualification", "post"),
    "qualification-urge": Page(MANAGE | {"owner": 302}, 404, "qualification", "post"),
    "qualification-delete": Page(MANAGE, 404, "qualification"),
    "signature-list": Page(READ),
    "signature-create": Page(MANAGE),
    "signature-fields": Page(MANAGE, method="post"),
    "signature-preview": Page(MANAGE, method="post"),
    "signature-detail": Page(READ, 404, "signature"),
    "signature-edit": Page(MANAGE, 404, "signature"),
    "signature-urge": Page(MANAGE | {"owner": 302}, 404, "signature", "post"),
    "signature-activate": Page(MANAGE, 404, "inactive signature"),
    "signature-supplement": Page(MANAGE, 404, "legacy signature"),
    "signature-delete": Page(MANAGE, 404, "signature"),
    "template-list": Page(READ),
    "template-create": Page(MANAGE),
    "template-signatures": Page(MANAGE, method="post"),
    "template-variables": Page(MANAGE, method="post"),
    "template-preview": Page(MANAGE, method="post"),
    "template-import": Page(MANAGE),
    "template-import-sample": Page(MANAGE),
    "template-import-failed": Page(MANAGE, 404, "failed rows"),
    "template-delete-many": Page(MANAGE | {"owner": 302}, 302, method="post"),
    "template-detail": Page(READ, 404, "template"),
    "template-edit": Page(MANAGE, 404, "template"),
    "template-submit": Page(MANAGE | {"owner": 302}, 404, "template", "post"),
    "template-withdraw": Page(MANAGE | {"owner": 302}, 404, "template", "post"),
    "template-disable": Page(MANAGE | {"owner": 302}, 404, "template", "post"),
    "template-rename": Page(MANAGE, 404, "sample"),
    "template-urge": Page(MANAGE | {"owner": 302}, 404, "template", "post"),
    "template-delete": Page(MANAGE, 404, "template"),
    "quota-list": Page(READ),
    "quota-create": Page(MANAGE),
    "quota-detail": Page(READ, 404, "quota"),
    "quota-urge": Page(MANAGE | {"owner": 302}, 404, "quota", "post"),
    "group-list": Page(READ),
    "group-create": Page(SEND),
    "group-draft": Page(SEND, 200, "draft"),
    "group-choices": Page(SEND, 200, "draft", "post"),
    "group-discard": Page(SEND | {"owner": 302, "operator": 302}, 302, "draft", "post"),
    "group-recipients": Page(SEND | {"owner": 302, "operator": 302}, 302, "draft"),
    "group-sample": Page(SEND, 404, "sample"),
    "group-sample-csv": Page(SEND, 404, "sample"),
    "group-detail": Page(READ, 404, "task"),
    "group-state": Page(READ, 404, "task"),
    "group-copy": Page(SEND | {"owner": 302, "operator": 302}, 404, "task"),
    "group-replace": Page(SEND, 404, "task"),
    "group-time": Page(SEND, 404, "task"),
    "group-confirm": Page(SEND | {"owner": 422, "operator": 422}, 404, "task"),
    "group-edit": Page(SEND, 404, "task"),
    "group-rate": Page(SEND, 404, "task"),
    "group-cancel": Page(SEND, 404, "task"),
    "group-pause": Page(SEND | {"owner": 302, "operator": 302}, 404, "task", "post"),
    "group-resume": Page(SEND | {"owner": 302, "operator": 302}, 404, "task", "post"),
    "group-stop": Page(SEND, 404, "task"),
    "group-delete": Page(SEND, 404, "task"),
    "group-problems": Page(READ, 404, "task"),
    "group-problems-download": Page(READ, 404, "task"),
    "group-numbers": Page(READ, 404, "task"),
    "group-resend": Page(SEND, 404, "task"),
    "group-lists": Page(READ),
    "group-list-create": Page(SEND),
    "group-list-rename": Page(SEND, 404, "recipient list"),
    "group-list-delete": Page(SEND, 404, "recipient list"),
    "group-list-download": Page(SEND, 404, "recipient list"),
    "message-list": Page(READ),
    "message-resend": Page(SEND),
    "export-list": Page(SEND),
    "export-details": Page(SEND),
    "export-statistics": Page(SEND),
    "export-failed-numbers": Page(SEND, 404, "task"),
    "export-download": Page(SEND | {"owner": 302, "operator": 302}, 404, "export"),
    "export-delete": Page(SEND | {"owner": 302, "operator": 302}, 404, "export", "post"),
    "message-detail": Page(READ, 404, "message"),
    "callback-list": Page(READ),
    "callback-detail": Page(READ, 404, "callback"),
    "callback-replay": Page(SEND | {"owner": 302, "operator": 302}, 404, "callback", "post"),
    "callback-replay-found": Page(SEND),
    "callback-addresses": Page(READ),
    "callback-sample": Page(SEND),
    "statistics": Page(READ),
    "scenario-list": Page(READ),
    "error-code-list": Page(READ),
    "api-reference": Page(READ),
    "contact-list": Page(READ),
    "contact-create": Page(MANAGE),
    "contact-detail": Page(MANAGE, 404, "contact"),
    "contact-edit": Page(MANAGE, 404, "contact"),
    "contact-codes": Page(MANAGE | {"owner": 302}, 404, "contact", "post"),
    "contact-verify-mobile": Page(MANAGE | {"owner": 422}, 404, "contact", "post"),
    "contact-verify-email": Page(MANAGE | {"owner": 422}, 404, "contact", "post"),
    "contact-delete": Page(MANAGE | {"owner": 302}, 404, "contact", "post"),
    "registration": Page({"owner": 302, "operator": 302, "viewer": 302}, 302),
    "registration-start": Page(dict.fromkeys(READ, 302), 302, method="post"),
    "registration-mobile": Page(MANAGE),
    "registration-mobile-code": Page(MANAGE | {"owner": 422}, 422, method="post"),
    "registration-information": Page(MANAGE),
    "registration-payment": Page(MANAGE),
    "registration-real-name": Page(MANAGE),
    "registration-enable": Page(MANAGE),
    "agreement": Page(READ),
    "account": Page(MANAGE),
    "ticket-list": Page(READ),
    "ticket-create": Page(SEND),
    "ticket-file": Page(READ, 404, "ticket file"),
    "ticket-detail": Page(READ, 404, "ticket"),
    "ticket-write": Page(SEND | {"owner": 422, "operator": 422}, 404, "ticket", "post"),
    "ticket-close": Page(SEND | {"owner": 302, "operator": 302}, 404, "ticket", "post"),
    "member-list": Page(READ),
    "member-invite": Page(MANAGE),
    "member-edit": Page(MANAGE, 404, "member"),
    "member-remove": Page(MANAGE | {"owner": 302}, 404, "member", "post"),
    "invitation-revoke": Page(MANAGE | {"owner": 302}, 404, "invitation", "post"),
    "key-list": Page(READ),
    "key-create": Page(READ, method="post"),
    "key-switch": Page(MINE, 404, "access key", "post"),
    "key-delete": Page(MINE, 404, "access key", "post"),
    "webhook-list": Page(READ),
    "webhook-create": Page(MANAGE),
    "webhook-detail": Page(READ, 404, "webhook"),
    "webhook-edit": Page(MANAGE, 404, "webhook"),
    "webhook-secret": Page(MANAGE, 404, "webhook", "post"),
    "webhook-test": Page(SEND | {"owner": 302, "operator": 302}, 404, "webhook", "post"),
    "webhook-again": Page(SEND | {"owner": 302, "operator": 302}, 404, "webhook event", "post"),
    "webhook-delete": Page(MANAGE | {"owner": 302}, 404, "webhook", "post"),
    "audit-list": Page(MANAGE),
    "notice-list": Page(READ),
    "notice-open": Page(dict.fromkeys(READ, 302), 404, "notice"),
    "notice-read-all": Page(dict.fromkeys(READ, 302), 302, method="post"),
    "uplink-list": Page(READ),
    "uplink-detail": Page(READ, 404, "uplink"),
    "uplink-push-again": Page(SEND | {"owner": 302, "operator": 302}, 404, "uplink", "post"),
    "opt-out-list": Page(READ),
    "opt-out-removal": Page(MANAGE, 404, "opt-out"),
    "billing": Page(READ),
    "billing-ledger": Page(READ),
    "billing-alarms": Page(MANAGE, 404),
    "billing-prices": Page(READ),
    "billing-offers": Page(READ, 404),
    "billing-buy": Page(MANAGE, 404, "offer"),
    "billing-top-up": Page(MANAGE, 404),
    "billing-orders": Page(READ, 404),
    "billing-order-detail": Page(READ, 404, "order"),
    "billing-order-cancel": Page(MANAGE | {"owner": 302}, 404, "order", "post"),
    "billing-statements": Page(READ, 404),
    "billing-statement": Page(READ, 404, "month"),
    "billing-statement-csv": Page(READ, 404, "month"),
    "threshold-page": Page(READ),
    "threshold-edit": Page(MANAGE),
    "frequency-list": Page(READ),
    "frequency-edit": Page(MANAGE, 404, "application"),
    "frequency-remove": Page(MANAGE | {"owner": 302}, 404, "application", "post"),
    "rule-list": Page(READ),
    "rule-add": Page(MANAGE),
    "rule-switch": Page(MANAGE | {"owner": 302}, 302, method="post"),
    "rule-remove": Page(MANAGE | {"owner": 302}, 302, method="post"),
    "hit-list": Page(READ),
    "hit-export": Page(SEND),
    "hit-figures": Page(READ),
    "hit-removal": Page(MANAGE, 404, "blocked number"),
    "hit-removals": Page(READ),
    "rehearsal": Page(SEND),
    "inbox": Page(READ),
    "inbox-reply": Page(SEND | {"owner": 302, "operator": 302}, 302, method="post"),
}


@pytest.fixture
def addresses(road: Road, settings, tmp_path) -> dict[str, str]:
    """The address of every page, for objects of the customer."""
    settings.MEDIA_ROOT = str(tmp_path)
    application = road.application
    qualification = QualificationFactory(customer=application.customer, rejected=True)
    task = GroupTask.objects.create(
        customer=application.customer,
        application=application,
        signature=road.template.signature,
        template=road.template,
        name="Notice",
        state=GroupTask.State.CHECKED,
        created_by=_someone(application.customer),
    )
    member = MembershipFactory(customer=application.customer, role="viewer")
    ticket = open_ticket(
        customer=application.customer,
        kind="other",
        subject="Question",
        text="How?",
        files=[CheckedFile("note.png", "image/png", b"content")],
        actor=member.user,
    )
    ids = {
        "ticket": ticket.public_id,
        "opt-out": opted_out(application).pk,
        "blocked number": blocked(application.customer).pk,
        "ticket file": TicketFile.objects.get().public_id,
        "application": application.public_id,
        "signature": SignatureFactory(application=application, rejected=True).public_id,
        "template": TemplateFactory(application=application, rejected=True).public_id,
        "qualification": qualification.public_id,
        "evidence": attach(owner=qualification, upload=upload(), actor=None).public_id,
        "failed rows": _failed_rows(application.customer),
        "quota": QuotaRequest.objects.create(
            customer=application.customer, resource="applications", current=2, wanted=5, reason="?"
        ).public_id,
        "inactive signature": SignatureFactory(
            application=application, status=Signature.Status.TO_BE_ACTIVATED
        ).public_id,
        "legacy signature": SignatureFactory(
            application=application, status=Signature.Status.REVIEW_PASSED
        ).public_id,
        "sample": road.template.public_id,
        "task": task.public_id,
        "draft": uuid4(),
        "recipient list": _kept_list(application.customer, member.user).public_id,
        "contact": Contact.objects.create(
            customer=application.customer,
            name="Duty",
            mobile="+8613800138000",
            email="d@example.com",
        ).public_id,
        "notice": announce(
            customer=application.customer,
            event=Notice.Event.TEMPLATE_APPROVED,
            object_type="template",
            object_id=road.template.public_id,
            params={"name": road.template.name},
        ).public_id,
        "member": member.pk,
        "invitation": Invitation.objects.create(
            customer=application.customer,
            email="new@example.com",
            role="viewer",
            invited_by=member.user,
            expires_at=timezone.now() + timedelta(days=7),
        ).public_id,
        "access key": AccessKeyFactory(
            membership=MembershipFactory(customer=application.customer, role="viewer")
        ).access_key,
        "message": road.accept(numbers(1)).sms_msg_ids(1)[0],
        "export": Export.objects.create(
            customer=application.customer,
            kind=Export.Kind.DETAILS,
            format=Export.Format.CSV,
            requested_by=member.user,
            requested_at=timezone.now(),
        ).public_id,
        "uplink": replied(road).pk,
    }
    reported = road.deliver(1, callback="http://127.0.0.1:9/report").sms_msg_ids(1)[0]
    account = open_account(application.customer)
    month = month_of(account.created_at)
    ids["offer"] = create_offer(
        name="10k", kind="industry", parts=10_000, price=550_000_000, days=90, actor=None
    ).public_id
    ids["order"] = order_top_up(
        account=account, amount=10**6, provider="contract", key=uuid4(), actor=member.user
    ).public_id
    webhook = add_webhook(
        customer=application.customer,
        url="https://sms.example.com/decisions",
        kinds=["template"],
        actor=member.user,
    )
    ids["webhook"] = webhook.public_id
    arguments = {name: [value] for name, value in ids.items()} | {
        "webhook event": [webhook.public_id, owe_test(webhook=webhook).public_id],
        "callback": [reported, 1],
        "month": [month.year, month.month],
    }
    return {
        name: reverse(f"portal:{name}", args=arguments[page.of] if page.of else [])
        for name, page in PAGES.items()
    }


def test_every_address_of_the_portal_is_in_the_table():
    (portal,) = [
        entry for entry in get_resolver().url_patterns if getattr(entry, "app_name", "") == "portal"
    ]
    assert {pattern.name for pattern in portal.url_patterns} == set(PAGES) | OPEN_TO_ALL


@pytest.mark.parametrize("role", ["owner", "operator", "viewer"])
def test_members_by_role(role: str, addresses: dict[str, str], request: pytest.FixtureRequest):
    visitor: Visitor = request.getfixturevalue(role)
    expected = {name: page.roles[role] for name, page in PAGES.items()}
    assert _walk(visitor, addresses) == expected


def test_administrators_open_what_owners_open_but_the_registration(
    addresses: dict[str, str], administrator: Visitor
):
    expected = {
        name: 403
        if name.startswith("registration-") and name != "registration-start"
        else page.roles["owner"]
        for name, page in PAGES.items()
    }
    assert _walk(administrator, addresses) == expected


def test_strangers_do_not_even_learn_that_it_exists(addresses: dict[str, str], stranger: Visitor):
    assert _walk(stranger, addresses) == {name: page.stranger for name, page in PAGES.items()}


def test_the_operations_team_is_sent_to_its_own_console(
    addresses: dict[str, str], reviewer: Visitor
):
    for name, page in PAGES.items():
        response = getattr(reviewer, page.method)(addresses[name])
        assert (response.status_code, response.url) == (302, reverse("admin:index")), name


def test_everyone_else_has_to_sign_in(addresses: dict[str, str], anonymous: Visitor):
    for name, page in PAGES.items():
        response = getattr(anonymous, page.method)(addresses[name])
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("account_login")), name


def test_what_changes_something_takes_no_get(addresses: dict[str, str], owner: Visitor):
    changing = [name for name, page in PAGES.items() if page.method == "post"]
    answers = {name: owner.get(addresses[name]).status_code for name in changing}
    assert answers == dict.fromkeys(changing, 405)


def test_someone_without_a_customer_is_told_so(client, db):
    client.force_login(_someone(None))
    response = client.get(reverse("portal:overview"))
    assert response.status_code == 403
    assert "You belong to no customer account yet" in response.content.decode()


def _walk(visitor: Visitor, addresses: dict[str, str]) -> dict[str, int]:
    """Open every address once; return the HTTP status of each."""
    return {
        name: getattr(visitor, page.method)(addresses[name]).status_code
        for name, page in PAGES.items()
    }


def _failed_rows(customer: Customer) -> object:
    """The key of an import with one row that could not be submitted."""
    cells = dict.fromkeys((column.key for column in COLUMNS), "?")
    failed = FailedRow(Line(2, cells), ("Wrong.",))
    return keep_failed(customer, ImportResult((), (), (failed,)))


def _kept_list(customer: Customer, user: User) -> RecipientList:
    kept = RecipientList(customer=customer, name="Customers", created_by=user)
    kept.file.save("list.csv", ContentFile(b"13800138000"))
    return kept


def _someone(customer: Customer | None):
    return MembershipFactory(customer=customer).user if customer else UserFactory()
