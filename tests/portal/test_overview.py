import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from customers.models import Customer
from messaging.models import SendRequest, TrafficThreshold
from messaging.services import health
from reviews.services.test_objects import create_test_objects
from tests.factories import ApplicationFactory, SignatureFactory, SubmissionFactory, TemplateFactory
from tests.messaging.road import Road, numbers

from .conftest import Visitor

OVERVIEW = reverse("portal:overview")


def next_url(visitor: Visitor) -> str:
    return visitor.get(OVERVIEW).context["next_step"].url


def test_a_new_customer_begins_with_an_application(stranger: Visitor):
    page = stranger.get(OVERVIEW)
    assert next_url(stranger) == reverse("portal:application-create")
    assert page.content.decode().count("btn btn-primary") == 1


def test_the_way_goes_on_with_what_is_missing(owner: Visitor, customer: Customer, road: Road):
    test_page = reverse("portal:application-test", args=[road.application.public_id])
    assert next_url(owner) == test_page
    customer.templates.all().delete()
    assert next_url(owner) == reverse("portal:template-create")
    customer.signatures.all().delete()
    assert next_url(owner) == reverse("portal:signature-create")


def test_what_was_rejected_is_looked_up_first(owner: Visitor, customer: Customer, road: Road):
    customer.templates.all().delete()
    TemplateFactory(application=road.application, rejected=True)
    assert next_url(owner) == reverse("portal:template-list")


def test_a_template_is_applied_for_while_the_signature_is_reviewed(stranger: Visitor):
    application = ApplicationFactory(customer=stranger.membership.customer)
    signature = SignatureFactory(application=application)
    assert next_url(stranger) == reverse("portal:template-create")
    TemplateFactory(application=application, signature=signature)
    response = stranger.get(OVERVIEW)
    assert response.context["next_step"] is None
    assert "Nothing to do for you now" in response.content.decode()


@pytest.mark.parametrize("source", [SendRequest.Source.API, SendRequest.Source.GROUP])
def test_sending_either_way_completes_the_way(
    owner: Visitor, road: Road, source: SendRequest.Source
):
    road.accept(numbers(1))
    SendRequest.objects.update(source=source)
    response = owner.get(OVERVIEW)
    assert response.context["next_step"] is None
    assert "Everything is set up" in response.content.decode()


def test_a_customer_with_nothing_yet_opens_it(stranger: Visitor, settings):
    settings.SMS_TRAFFIC_DEFAULTS = (400, 500, 8000, 10000)
    assert stranger.get(OVERVIEW).status_code == 200


def test_the_way_has_eight_steps_and_the_first_is_the_registration(stranger: Visitor):
    Customer.objects.filter(pk=stranger.membership.customer_id).update(service="not_enabled")
    response = stranger.get(OVERVIEW)
    assert len(response.context["steps"]) == 8
    assert response.context["next_step"].url == reverse("portal:registration-mobile")
    assert response.content.decode().count("btn btn-primary") == 1


def test_what_is_under_review_is_shown_with_its_time(stranger: Visitor):
    application = ApplicationFactory(customer=stranger.membership.customer)
    case = SubmissionFactory(subject__application=application)
    response = stranger.get(OVERVIEW)
    assert list(response.context["reviews"]) == [case]
    assert f"{localtime(case.due_at):%Y-%m-%d %H:%M}" in response.content.decode()


def test_test_objects_do_not_stand_for_approved_ones(stranger: Visitor):
    application = ApplicationFactory(customer=stranger.membership.customer)
    create_test_objects(application=application, actor=None)
    assert next_url(stranger) == reverse("portal:signature-create")


def test_a_reached_alarm_is_told(owner: Visitor, road: Road, customer: Customer):
    road.accept(numbers(3))
    TrafficThreshold.objects.update_or_create(
        customer=customer,
        defaults={
            "daily_alarm": 3,
            "daily_limit": 4,
            "monthly_alarm": 100,
            "monthly_limit": 200,
            "day": localtime().date(),
            "day_used": 3,
        },
    )
    assert len(owner.get(OVERVIEW).context["alarms"]) == 1


def test_a_viewer_sees_the_way_but_no_button_for_it(viewer: Visitor, customer: Customer):
    customer.templates.all().delete()
    response = viewer.get(OVERVIEW)
    assert response.context["next_step"].url == reverse("portal:template-create")
    assert "btn btn-primary" not in response.content.decode()


def test_figures_count_only_the_customers_own(owner: Visitor, customer: Customer, road: Road):
    SubmissionFactory(subject__application=road.application)
    SubmissionFactory()
    road.accept(numbers(3))
    context = owner.get(OVERVIEW).context
    assert (context["sent_today"], context["waiting_reviews"]) == (3, 1)


def test_the_navigation_leads_to_what_exists(owner: Visitor, settings):
    def inbox_is_offered() -> bool:
        return f'href="{reverse("portal:inbox")}"' in owner.get(OVERVIEW).content.decode()

    settings.SMS_DEMO = True
    assert inbox_is_offered()
    settings.SMS_DEMO = False
    assert not inbox_is_offered()


def test_the_time_zone_is_stated(owner: Visitor):
    assert "Asia/Shanghai (GMT+08:00)" in owner.get(OVERVIEW).content.decode()


def test_an_outage_that_holds_messages_back_is_told(owner: Visitor, stranger: Visitor, road: Road):
    health.forget()
    assert "carrier connection" not in owner.get(OVERVIEW).content.decode()
    health.forget()
    road.accept(numbers(1234))
    page = owner.get(OVERVIEW).content.decode()
    assert "The carrier connection is down since" in page
    assert "1,234 messages wait" in page
    assert "carrier connection" not in stranger.get(OVERVIEW).content.decode()
    health.forget()
