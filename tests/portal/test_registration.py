"""Registering in the browser: the code by e-mail, the steps, and what each refuses."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from customers.models import Customer, Delivery, Notice, Profile, User
from reviews.models import RealName, Signature, Template
from reviews.services import decide, test_objects
from reviews.services.submissions import open_case_of
from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.reviews.papers import png

from .conftest import Visitor, visitor

EMAIL = "founder@example.com"
VERIFY = reverse("account_email_verification_sent")


@pytest.fixture(autouse=True)
def fresh(db, settings, tmp_path):
    """No rate limits left over from other tests, and files that go away."""
    cache.clear()
    settings.MEDIA_ROOT = str(tmp_path)


def sign_up(client: Client, email: str = EMAIL):
    values = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    return client.post(reverse("account_signup"), values)


def code_in(mail) -> str:
    return re.search(r"Your code is (\S+?)\.", mail.body)[1]


@pytest.fixture
def newcomer(client: Client, mailoutbox) -> Client:
    sign_up(client)
    client.post(VERIFY, {"code": code_in(mailoutbox[0])})
    return client


@pytest.fixture
def founder(newcomer: Client) -> Client:
    newcomer.post(reverse("portal:registration-start"))
    return newcomer


def step(name: str) -> str:
    return reverse(f"portal:registration-{name}")


def through(client: Client) -> None:
    """Take the steps up to the real-name authentication."""
    client.post(step("mobile"), {"mobile": "13800138000"})
    code = str(Delivery.objects.filter(medium="sms").latest("pk").code)
    client.post(step("mobile-code"), {"code": code})
    information = {"name": "云上商城有限公司", "country": "CN", "industry": "commerce"}
    client.post(step("information"), information)
    client.post(step("payment"), {"provider": "contract", "reference": "HT-2026-001"})


def papers(content: bytes | None = None, name: str = "licence.png"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {
        "certificate_type": "business_licence",
        "credit_code": "91350100M000100Y43",
        "legal_person": "示例甲",
        "certificate": SimpleUploadedFile(name, content or png()),
    }


def approve() -> None:
    case = open_case_of(RealName.objects.get())
    decide.approve(submission=case, reviewer=UserFactory(reviewer=True))


class TestSignUp:
    def test_the_code_opens_the_door(self, client: Client, mailoutbox):
        answer = sign_up(client)
        assert answer.url == VERIFY
        assert client.get(reverse("portal:overview")).status_code == 302
        answer = client.post(VERIFY, {"code": code_in(mailoutbox[0])})
        assert answer.url == reverse("portal:registration")
        page = client.get(answer.url).content.decode()
        assert "Begin with the mobile number" in page
        user = User.objects.get(email=EMAIL)
        assert user.password.startswith("argon2")

    def test_five_wrong_codes_end_it(self, client: Client, mailoutbox):
        sign_up(client)
        right = code_in(mailoutbox[0])
        for _try in range(5):
            answer = client.post(VERIFY, {"code": "WRONG1"})
        assert answer.status_code == 302
        client.post(VERIFY, {"code": right})
        assert client.get(reverse("portal:overview")).url.startswith(reverse("account_login"))
        assert not User.objects.get(email=EMAIL).emailaddress_set.get().verified

    def test_an_unproven_address_does_not_sign_in(self, client: Client, mailoutbox):
        sign_up(client)
        cache.clear()  # a second code within ten seconds is refused
        other = Client()
        answer = other.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
        assert answer.url.startswith(VERIFY)
        assert other.get(reverse("portal:overview")).status_code == 302

    def test_a_taken_address_is_told_by_mail_only(self, client: Client, mailoutbox):
        UserFactory(email=EMAIL)
        assert sign_up(client).url == VERIFY
        assert User.objects.count() == 1
        assert "has an account already" in mailoutbox[0].body

    def test_people_of_operations_sign_in_without_a_code(self, client: Client):
        user = MembershipFactory().user
        answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        assert answer.url == reverse("portal:overview")

    def test_it_can_be_closed(self, client: Client, settings):
        settings.SMS_REGISTRATION = False
        sign_up(client)
        assert not User.objects.exists()
        client.force_login(UserFactory())
        assert client.get(reverse("portal:registration")).status_code == 403
        assert client.post(reverse("portal:registration-start")).status_code == 403
        assert not Customer.objects.exists()

    def test_too_many_are_slowed_down(self, client: Client, settings):
        settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
        sign_up(client, "a@example.com")
        assert sign_up(Client(), "b@example.com").status_code == 429


class TestSteps:
    def test_from_the_first_step_to_the_enabled_service(self, founder: Client):
        through(founder)
        assert founder.post(step("real-name"), papers()).status_code == 302
        page = founder.get(reverse("portal:registration")).content.decode()
        assert "decided by" in page
        approve()
        assert "Enable now" in founder.get(step("enable")).content.decode()
        answer = founder.post(step("enable"), {"accepts": "on", "version": "2026-01"})
        assert answer.url == reverse("portal:account")
        assert Customer.objects.get().agreements.get().ip_address == "127.0.0.1"
        overview = reverse("portal:overview")
        assert "Add the account details" in founder.get(overview).content.decode()
        details = {"contact_name": "值班", "contact_email": "d@example.com", "industry": "other"}
        founder.post(reverse("portal:account"), details)
        assert "Add the account details" not in founder.get(overview).content.decode()

    def test_a_closed_gate_explains_itself(self, founder: Client):
        page = founder.get(step("enable")).content.decode()
        assert "Bind a mobile number first." in page
        assert "Enable now" not in page
        answer = founder.post(step("enable"), {"accepts": "on", "version": "2026-01"})
        assert answer.status_code == 422
        answer = founder.post(step("payment"), {"provider": "test"})
        assert "Give the account information first." in answer.content.decode()

    def test_enabling_needs_the_tick(self, founder: Client):
        through(founder)
        founder.post(step("real-name"), papers())
        approve()
        answer = founder.post(step("enable"), {"version": "2026-01"})
        assert "Accept the agreement" in answer.content.decode()
        assert not Customer.objects.get().is_enabled

    def test_a_rejection_says_why(self, founder: Client):
        through(founder)
        founder.post(step("real-name"), papers())
        decide.reject(
            submission=open_case_of(RealName.objects.get()),
            reviewer=UserFactory(reviewer=True),
            reason_codes=[],
            comment="The seal is missing.",
        )
        assert "The seal is missing." in founder.get(step("real-name")).content.decode()
        notice = Notice.objects.get()
        opened = founder.get(reverse("portal:notice-open", args=[notice.public_id]))
        assert opened.url == reverse("portal:registration")

    def test_a_renamed_program_is_no_certificate(self, founder: Client):
        through(founder)
        answer = founder.post(step("real-name"), papers(b"MZ\x90\0 program", "licence.png"))
        assert answer.status_code == 422
        assert "示例甲" in answer.content.decode()
        assert not RealName.objects.exists()

    def test_the_fifth_wrong_code_voids_it(self, founder: Client):
        founder.post(step("mobile"), {"mobile": "13800138000"})
        right = str(Delivery.objects.filter(medium="sms").get().code)
        wrong = f"{(int(right) + 1) % 10**6:06}"
        for _try in range(5):
            assert founder.post(step("mobile-code"), {"code": wrong}).status_code == 422
        answer = founder.post(step("mobile-code"), {"code": right})
        assert "is void" in answer.content.decode()
        assert not Profile.objects.get().is_mobile_bound

    def test_a_wrong_number_stays_in_its_field(self, founder: Client):
        page = founder.post(step("mobile"), {"mobile": "12345"}).content.decode()
        assert 'value="12345"' in page

    def test_no_step_without_the_csrf_token(self, founder: Client):
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = founder.cookies
        assert strict.post(step("mobile"), {"mobile": "13800138000"}).status_code == 403

    def test_colleagues_only_watch(self, founder: Client):
        member = visitor(Customer.objects.get(), "admin")
        page = member.get(reverse("portal:registration")).content.decode()
        assert "Only an owner" in page
        assert member.post(step("enable"), {"accepts": "on"}).status_code == 403

    def test_papers_of_others_are_not_there(self, founder: Client, stranger: Visitor):
        through(founder)
        founder.post(step("real-name"), papers())
        paper = RealName.objects.get().evidence.get()
        address = reverse("portal:evidence", args=[paper.public_id])
        assert founder.get(address).status_code == 200
        assert stranger.get(address).status_code == 404


class TestSecrets:
    def test_an_old_confirmation_opens_no_secret(self, owner: Visitor, road, customer):
        from .conftest import confirm

        confirm(owner.client, seconds_ago=601)
        application = road.application
        show = reverse("portal:application-secret", args=[application.public_id])
        reset = reverse("portal:application-secret-reset", args=[application.public_id])
        for answer in (owner.post(show), owner.get(reset), owner.post(reset, {"ending": "end"})):
            assert answer.url.startswith(reverse("account_reauthenticate"))
        fetched = owner.post(show, headers={"HX-Request": "true"})
        assert fetched.headers["HX-Redirect"].startswith(reverse("account_reauthenticate"))
        before = application.app_secret
        application.refresh_from_db()
        assert application.app_secret == before


class TestTestObjects:
    def test_they_come_with_the_application_and_go_after_a_month(self, owner: Visitor, settings):
        settings.SMS_APPLICATION_QUOTA = 9
        for name in ("first", "second"):
            owner.post(
                reverse("portal:application-create"), {"name": name, "makes_test_objects": "on"}
            )
        made = Template.objects.filter(test_until__isnull=False)
        assert [each.is_usable and each.signature.is_usable for each in made] == [True, True]
        assert test_objects.delete_expired() == 0
        Signature.objects.filter(application__name="first").update(test_until=made[0].created_at)
        assert test_objects.delete_expired() == 1
        assert made.get().application.name == "second"
