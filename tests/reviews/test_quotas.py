import pytest

from common.errors import Refusal
from customers.models import Application, AuditEvent, Customer, QuotaRequest
from customers.services import applications
from customers.services.quotas import set_quota, signature_quota, template_quota
from reviews.models import Signature, Submission
from reviews.roles import OPERATIONS_LEADS
from reviews.services import decide, quotas, signatures
from tests.factories import ApplicationFactory, CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return UserFactory(staff=True, role=OPERATIONS_LEADS)


def ask(application, resource="signatures", wanted=300, **fields):
    fields = {"reason": "more shops", "application": application} | fields
    return quotas.request_quota(
        customer=application.customer, resource=resource, wanted=wanted, actor=None, **fields
    )


def test_the_201st_signature_is_refused_with_the_quota_and_the_way_to_raise_it(lead):
    application = ApplicationFactory()
    Signature.objects.bulk_create(
        Signature(
            application=application,
            customer=application.customer,
            name=f"商城{number}",
            type="NOTIFY_TYPE",
        )
        for number in range(200)
    )

    def one_more():
        return signatures.apply(
            application=application, name="云上商城", type="NOTIFY_TYPE", source=0, actor=None
        )

    with pytest.raises(Refusal, match=r"200 of 200.*ask for a higher quota") as refused:
        one_more()
    assert refused.value.code == "signature_quota"

    ask(application)
    decide.approve(submission=Submission.objects.get(kind="quota"), reviewer=lead)

    application.refresh_from_db()
    assert signature_quota(application) == 300
    assert one_more().pk


def test_an_approved_request_sets_the_quota_of_its_resource_only(lead):
    application = ApplicationFactory()
    request = ask(application, "templates", 5000)
    assert (request.current, request.is_pending) == (2000, True)

    decide.approve(submission=Submission.objects.get(), reviewer=lead, ip_address="192.0.2.6")

    application.refresh_from_db()
    assert (template_quota(application), signature_quota(application)) == (5000, 200)
    event = AuditEvent.objects.get(verb="set_quota")
    assert (event.before, event.after) == ({"template_quota": 2000}, {"template_quota": 5000})
    assert (event.actor, event.ip_address) == (lead, "192.0.2.6")


def test_more_applications_are_the_customers(lead):
    customer = CustomerFactory()
    for name in ("one", "two"):
        applications.create_application(customer=customer, name=name)
    quotas.request_quota(
        customer=customer, resource="applications", wanted=3, reason="a test system", actor=None
    )

    decide.approve(submission=Submission.objects.get(), reviewer=lead)

    assert Customer.objects.get().application_quota == 3
    assert applications.create_application(customer=customer, name="three").pk


def test_a_rejected_request_needs_a_comment_and_no_reason(lead):
    application = ApplicationFactory()
    request = ask(application)
    case = Submission.objects.get()

    with pytest.raises(Refusal, match="no reason for rejecting"):
        decide.reject(
            submission=case, reviewer=lead, reason_codes=["NEUTRAL_SIGNATURE"], comment="no"
        )
    decide.reject(submission=case, reviewer=lead, reason_codes=[], comment="Use what you have.")

    request.refresh_from_db()
    assert request.status == QuotaRequest.Status.REJECTED
    assert Application.objects.get().signature_quota is None


def test_it_is_for_operations_leads():
    ask(ApplicationFactory())

    with pytest.raises(Refusal) as refused:
        decide.approve(submission=Submission.objects.get(), reviewer=UserFactory(reviewer=True))

    assert refused.value.code == "no_permission"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"wanted": 200}, "wanted"),
        ({"wanted": 0}, "wanted"),
        ({"wanted": 100_001}, "wanted"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"resource": "messages"}, "resource"),
        ({"resource": "applications"}, "application"),
        ({"application": None}, "application"),
    ],
)
def test_a_refusal_names_the_field(fields, field):
    application = ApplicationFactory()
    values = {"application": application, "resource": "signatures", "wanted": 300} | fields

    with pytest.raises(Refusal) as refused:
        quotas.request_quota(
            customer=application.customer, actor=None, **({"reason": "more shops"} | values)
        )

    assert refused.value.field == field
    assert not Submission.objects.exists()


def test_a_strangers_application_is_refused():
    with pytest.raises(Refusal):
        quotas.request_quota(
            customer=CustomerFactory(),
            application=ApplicationFactory(),
            resource="signatures",
            wanted=300,
            reason="more",
            actor=None,
        )


def test_one_request_at_a_time():
    application = ApplicationFactory()
    ask(application)

    with pytest.raises(Refusal, match="under review already"):
        ask(application)
    assert ask(application, "templates", 3000).pk


def test_a_quota_of_zero_is_a_quota():
    application = ApplicationFactory()

    set_quota(
        resource="signatures",
        customer=application.customer,
        application=application,
        quota=0,
        actor=None,
    )

    assert signature_quota(Application.objects.get()) == 0
