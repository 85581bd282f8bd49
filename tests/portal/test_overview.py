from django.urls import reverse

from customers.models import Customer
from messaging.models import SendRequest
from tests.factories import SubmissionFactory
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
    assert next_url(owner) == reverse("portal:application-list")
    customer.templates.all().delete()
    assert next_url(owner) == reverse("portal:template-list")
    customer.signatures.all().delete()
    assert next_url(owner) == reverse("portal:signature-list")


def test_sending_by_api_and_to_a_group_completes_the_way(owner: Visitor, road: Road):
    road.accept(numbers(1))
    assert next_url(owner) == reverse("portal:group-create")
    road.accept(numbers(1))
    SendRequest.objects.filter(pk=SendRequest.objects.latest("id").pk).update(
        source=SendRequest.Source.GROUP
    )
    response = owner.get(OVERVIEW)
    assert response.context["next_step"] is None
    assert "Everything is set up" in response.content.decode()


def test_a_viewer_sees_the_way_but_no_button_for_it(viewer: Visitor, customer: Customer):
    customer.templates.all().delete()
    response = viewer.get(OVERVIEW)
    assert response.context["next_step"].url == reverse("portal:template-list")
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
