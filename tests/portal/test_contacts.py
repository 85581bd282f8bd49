"""Contacts and the message centre."""

from django.urls import reverse

from customers.models import Contact, Customer, Delivery, Notice
from customers.services.notices import announce

from .conftest import Visitor

FIELDS = {
    "name": "值班",
    "mobile": "13800138000",
    "email": "duty@example.com",
    "topics": ["signature", "template"],
}


def add(owner: Visitor) -> Contact:
    owner.post(reverse("portal:contact-create"), FIELDS)
    return Contact.objects.get()


def test_add_verify_and_see_it_in_the_list(owner: Visitor):
    contact = add(owner)
    codes = {row.medium: str(row.code) for row in Delivery.objects.all()}
    for medium, page in (("sms", "mobile"), ("email", "email")):
        address = reverse(f"portal:contact-verify-{page}", args=[contact.public_id])
        assert owner.post(address, {"code": codes[medium]}).status_code == 302
    contact.refresh_from_db()
    assert contact.is_mobile_verified
    assert contact.is_email_verified
    page = owner.get(reverse("portal:contact-list")).content.decode()
    assert page.count(">Verified<") == 2
    assert "Template review results" in page


def test_a_wrong_code_says_how_many_tries_are_left(owner: Visitor):
    contact = add(owner)
    address = reverse("portal:contact-verify-mobile", args=[contact.public_id])
    code = str(Delivery.objects.get(medium="sms").code)
    answer = owner.post(address, {"code": f"{(int(code) + 1) % 10**6:06}"})
    assert answer.status_code == 422
    assert "4 more tries" in answer.content.decode()


def test_what_was_typed_stays_when_it_is_refused(owner: Visitor):
    answer = owner.post(reverse("portal:contact-create"), FIELDS | {"mobile": "12345"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "值班" in page
    assert "duty@example.com" in page
    assert "12345" in page


def test_viewers_see_masked_numbers_and_no_way_in(owner: Visitor, viewer: Visitor):
    contact = add(owner)
    page = viewer.get(reverse("portal:contact-list")).content.decode()
    assert "138****8000" in page
    assert reverse("portal:contact-detail", args=[contact.public_id]) not in page


def test_a_notice_is_counted_until_it_is_opened(owner: Visitor, customer: Customer):
    notice = announce(
        customer=customer,
        event=Notice.Event.SIGNATURE_REJECTED,
        object_type="signature",
        object_id=customer.signatures.get().public_id,
        params={"name": "云上商城", "comment": "Send the licence."},
    )
    page = owner.get(reverse("portal:notice-list")).content.decode()
    assert "1 unread message" in page
    assert "Send the licence." in page
    answer = owner.get(reverse("portal:notice-open", args=[notice.public_id]))
    assert answer.url == reverse("portal:signature-detail", args=[notice.object_id])
    assert "0 unread messages" in owner.get(reverse("portal:notice-list")).content.decode()
