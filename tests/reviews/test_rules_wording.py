"""The listed words: their rows, the operations page that changes them, and the memory of them."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from common.errors import Refusal
from common.wordlist import shipped_words
from customers.models import AuditEvent
from reviews.models import ListedWord
from reviews.models.kinds import MessageType
from reviews.services import templates
from reviews.services.rules import signature_findings, template_findings, wording
from reviews.services.rules.wording import Kind, Wording
from sms_console.changes import ChangeListener, forget_everything
from tests.factories import ApplicationFactory, UserFactory

pytestmark = pytest.mark.django_db
NOTE = MessageType.NOTIFICATION
ROWS = reverse("admin:reviews_listedword_changelist")
ADD = reverse("admin:reviews_listedword_add")


@pytest.fixture
def lead():
    return UserFactory(administrator=True)


@pytest.fixture
def console(lead):
    client = Client(REMOTE_ADDR="192.0.2.46")
    client.force_login(lead)
    return client


def listed(text, kind=Kind.FORBIDDEN_TOPIC, **fields):
    word, _made = ListedWord.objects.update_or_create(kind=kind, text=text, defaults=fields)
    wording.forget()
    return word


def topics(content, type=NOTE):
    return [each for each in template_findings(type, content, []) if each.rule == "topic"]


def test_without_a_single_row_the_shipped_words_count():
    ListedWord.objects.all().delete()

    assert topics("可以贷款")
    listed("蓝鲸")
    assert topics("可以贷款") == []
    assert topics("蓝鲸来了")


def test_a_word_says_whether_it_blocks():
    listed("蓝鲸", is_blocking=False)
    assert [each.is_blocking for each in topics("蓝鲸来了")] == [False]

    listed("蓝鲸", is_blocking=True)
    with pytest.raises(Refusal, match="蓝鲸") as refused:
        templates.apply(
            application=ApplicationFactory(),
            signature=None,
            type=NOTE,
            name="news",
            content="蓝鲸来了",
            variable_attributes=[],
            actor=None,
        )
    assert refused.value.code == "topic"


def test_a_word_counts_for_its_types_only():
    listed("蓝鲸", in_notification=False)

    assert topics("蓝鲸来了") == []
    assert topics("蓝鲸来了", MessageType.PROMOTION)


def test_a_word_out_of_use_is_not_looked_for():
    listed("蓝鲸", is_active=False)

    assert topics("蓝鲸来了") == []


def test_the_explanation_is_in_the_readers_language():
    listed("蓝鲸", explanation_en="whales", explanation_zh="鲸类")

    assert "whales" in topics("蓝鲸来了")[0].message
    with override("zh-hans"):
        assert "鲸类" in topics("蓝鲸来了")[0].message


def test_the_longer_word_hides_the_shorter_unless_that_one_blocks():
    listed("蓝鲸鱼")
    short = listed("蓝鲸")
    assert [each.span for each in topics("蓝鲸鱼")] == [(0, 3)]

    short.is_blocking = True
    short.save()
    wording.forget()
    assert [(each.span, each.is_blocking) for each in topics("蓝鲸鱼")] == [
        ((0, 2), True),
        ((0, 3), False),
    ]


def test_variables_are_no_words():
    listed("TEXT")
    listed("蓝鲸")

    assert topics("您好${TEXT}") == []
    assert topics("蓝${1}鲸") == []


def test_required_wording_without_rows_is_not_asked_for():
    listed("蓝鲸")
    ListedWord.objects.filter(kind=Kind.OPT_OUT).update(is_active=False)
    wording.forget()

    found = template_findings(MessageType.PROMOTION, "会员您好", [])
    assert "promotion_opt_out" not in {each.rule for each in found}


def test_a_new_opt_out_wording_is_accepted():
    listed("退订回R", Kind.OPT_OUT)
    content, promotion = "会员您好，不想收就回R", MessageType.PROMOTION
    found = template_findings(promotion, content, [])
    assert "promotion_opt_out" in {each.rule for each in found}

    listed("不想收就回R", Kind.OPT_OUT)
    found = template_findings(promotion, content, [])
    assert "promotion_opt_out" not in {each.rule for each in found}


def test_a_domain_stands_for_its_subdomains():
    listed("go.test", Kind.SHORT_LINK_DOMAIN, is_blocking=False)

    def short(content):
        found = template_findings(NOTE, content, [])
        return [each.is_blocking for each in found if each.rule == "link_short"]

    assert short("http://go.test/a") == [False]
    assert short("http://x.go.test:8000/a") == [False]
    assert short("http://cargo.test/a") == []
    assert short("http://shop.test/go.test") == []


def test_a_neutral_word_is_a_note():
    listed("蓝鲸", Kind.NEUTRAL_SIGNATURE)

    (finding,) = signature_findings("蓝鲸", NOTE)
    assert (finding.rule, finding.is_blocking) == ("signature_neutral", False)
    assert signature_findings("蓝鲸云", NOTE) == []


def test_a_word_of_no_type_is_refused():
    word = ListedWord(
        kind=Kind.OPT_OUT,
        text="x",
        in_verification=False,
        in_notification=False,
        in_promotion=False,
    )
    with pytest.raises(ValidationError, match="at least one message type"):
        word.full_clean()


def test_every_shipped_word_fits_a_row():
    kinds = set(Kind.values)
    longest = ListedWord._meta.get_field("text").max_length

    assert all(word.kind in kinds and len(word.text) <= longest for word in shipped_words())
    assert {word.kind for word in shipped_words()} == kinds


def test_the_words_are_read_once():
    listed("蓝鲸")
    first = wording.current()

    assert wording.current() is first
    forget_everything()
    assert wording.current() is not first


def test_a_change_is_made_on_the_operations_page_with_a_trail(console, lead):
    values = {"kind": Kind.FORBIDDEN_TOPIC, "text": "蓝鲸", "in_notification": "on"}
    values |= {"is_active": "on", "explanation_en": "whales"}
    response = console.post(ADD, values)

    word = ListedWord.objects.get(text="蓝鲸")
    assert response.url == ROWS
    assert (word.added_by, word.in_promotion, word.is_blocking) == (lead, False, False)
    event = AuditEvent.objects.get(object_type="listedword")
    assert (event.verb, event.actor, event.ip_address) == ("create", lead, "192.0.2.46")

    page = reverse("admin:reviews_listedword_change", args=[word.pk])
    console.post(page, values | {"is_blocking": "on"})
    event = AuditEvent.objects.latest("id")
    assert (event.verb, event.before, event.after) == (
        "update",
        {"is_blocking": False},
        {"is_blocking": True},
    )


def test_words_are_put_out_of_use_together_and_never_deleted(console):
    words = [listed("蓝鲸"), listed("白鲸"), listed("虎鲸", is_active=False)]
    chosen = [word.pk for word in words]

    console.post(ROWS, {"action": "put_out_of_use", "_selected_action": chosen})

    assert not ListedWord.objects.filter(pk__in=chosen, is_active=True).exists()
    assert AuditEvent.objects.filter(object_type="listedword").count() == 2
    assert (
        console.get(reverse("admin:reviews_listedword_delete", args=chosen[:1])).status_code == 403
    )

    console.post(ROWS, {"action": "put_in_use", "_selected_action": chosen[:1]})
    assert ListedWord.objects.get(pk=chosen[0]).is_active


def test_the_page_asks_for_the_permission():
    client = Client()
    client.force_login(UserFactory(staff=True))

    assert client.get(ROWS).status_code == 403
    assert client.get(ADD).status_code == 403


def test_words_of_different_case_keep_their_own_types():
    words = Wording(
        [
            ListedWord(kind=Kind.FORBIDDEN_TOPIC, text="ABC", in_notification=False),
            ListedWord(kind=Kind.FORBIDDEN_TOPIC, text="abc"),
        ]
    )

    assert [found.word.text for found in words.find(Kind.FORBIDDEN_TOPIC, "AbC", type=NOTE)] == [
        "abc"
    ]


@pytest.mark.django_db(transaction=True)
def test_web_processes_hear_of_a_change():
    listed("蓝鲸")
    heard = threading.Event()

    def forget() -> None:
        forget_everything()
        heard.set()

    listener = ChangeListener(forget)
    listener.start()
    try:
        assert listener.listening.wait(10)
        heard.clear()
        assert not topics("蓝鲸来了")[0].is_blocking
        ListedWord.objects.update(is_blocking=True)
        assert heard.wait(10)
        assert topics("蓝鲸来了")[0].is_blocking
    finally:
        listener.stop()
