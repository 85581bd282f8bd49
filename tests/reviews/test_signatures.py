from datetime import UTC, datetime

import pytest

from common.errors import Refusal
from customers.models import AuditEvent
from reviews.models import Signature, Submission, Transition
from reviews.models.kinds import MessageType
from reviews.services import channel_numbers, signatures
from tests.factories import (
    ApplicationFactory,
    CustomerFactory,
    MembershipFactory,
    SignatureFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

GOOD = {"name": "云上商城", "type": MessageType.NOTIFICATION.value, "source": 0}


def apply(application=None, **fields):
    return signatures.apply(
        application=application or ApplicationFactory(), actor=None, **(GOOD | fields)
    )


def resubmit(signature, **fields):
    return signatures.resubmit(
        signature=signature,
        actor=None,
        **(GOOD | {"is_third_party": False, "description": ""} | fields),
    )


def test_an_application_waits_for_review_with_a_due_time(time_machine):
    time_machine.move_to(
        datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False
    )  # Monday 10:00 in Shanghai
    member = MembershipFactory()

    signature = signatures.apply(
        application=ApplicationFactory(customer=member.customer),
        actor=member.user,
        ip_address="192.0.2.7",
        is_third_party=True,
        description=" our shop ",
        **GOOD,
    )

    case = Submission.objects.get()
    assert signature.status == Signature.Status.PENDING_REVIEW
    assert not signature.is_usable
    assert (case.kind, case.object_id, case.attempt) == ("signature", signature.pk, 1)
    assert case.is_waiting
    assert case.due_at == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    assert case.submitted_by == member.user
    assert case.snapshot == GOOD | {
        "is_third_party": True,
        "description": "our shop",
        "source_detail": "",
        "qualification": "",
        "evidence": [],
    }
    assert Transition.objects.get().to_status == Signature.Status.PENDING_REVIEW
    assert AuditEvent.objects.get(verb="submit").ip_address == "192.0.2.7"


def test_after_hours_it_is_due_the_next_workday(time_machine):
    time_machine.move_to(
        datetime(2026, 11, 20, 11, 0, tzinfo=UTC), tick=False
    )  # Friday 19:00 in Shanghai

    apply()

    due = Submission.objects.get().due_at
    assert due == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # Monday 11:00


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "云"}, "name"),
        ({"name": "【云上】"}, "name"),
        ({"name": "2024"}, "name"),
        ({"type": "OTHER"}, "type"),
        ({"source": 3}, "source"),
        ({"source": 99}, "source"),
        ({"description": "长" * 301}, "description"),
        ({"description": "a\0b"}, "description"),
    ],
)
def test_a_refusal_names_the_field_and_stores_nothing(fields, field):
    with pytest.raises(Refusal) as refused:
        apply(**fields)

    assert refused.value.field == field
    assert not Signature.objects.exists()
    assert not Submission.objects.exists()


def test_name_and_type_are_used_once_per_customer():
    first = apply()

    with pytest.raises(Refusal) as refused:
        apply(first.application)

    assert (refused.value.code, refused.value.field) == ("signature_duplicate", "name")
    assert apply(first.application, type=MessageType.PROMOTION).pk
    assert apply(first.application, name="云上商城A").pk
    assert apply().pk


def test_another_application_of_the_customer_cannot_have_the_name_either():
    first = apply()

    with pytest.raises(Refusal):
        apply(ApplicationFactory(customer=first.customer))


def test_the_quota_is_refused_with_its_number(settings):
    settings.SMS_SIGNATURE_QUOTA = 3
    application = ApplicationFactory()
    SignatureFactory.create_batch(3, application=application)

    with pytest.raises(Refusal, match="3 of 3") as refused:
        apply(application)

    assert refused.value.code == "signature_quota"
    assert apply(ApplicationFactory(customer=application.customer)).pk


@pytest.mark.parametrize("trait", ["frozen", "not_enabled"])
def test_a_customer_out_of_service_applies_for_nothing(trait):
    with pytest.raises(Refusal):
        apply(ApplicationFactory(customer=CustomerFactory(**{trait: True})))


def test_a_rejected_signature_is_changed_and_submitted_again():
    signature = SignatureFactory(rejected=True, name="旧名")

    changed = resubmit(signature, name="新名", type=MessageType.VERIFICATION)

    assert changed.pk == signature.pk
    assert (changed.name, changed.type) == ("新名", MessageType.VERIFICATION)
    assert changed.status == Signature.Status.PENDING_REVIEW
    event = AuditEvent.objects.get()
    assert (event.before["name"], event.after["name"]) == ("旧名", "新名")


def test_attempts_are_counted():
    signature = apply()
    Submission.objects.update(state=Submission.State.DECIDED)
    Signature.objects.update(status=Signature.Status.REVIEW_NOT_PASS)

    resubmit(signature)

    assert list(Submission.objects.order_by("id").values_list("attempt", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    "traits", [{}, {"usable": True}, {"status": Signature.Status.PENDING_QUALIFICATION_REVIEW}]
)
def test_only_a_rejected_signature_is_changed(traits):
    signature = SignatureFactory(name="旧名", **traits)

    with pytest.raises(Refusal) as refused:
        resubmit(signature, name="新名")

    assert refused.value.code == "signature_not_modifiable"
    signature.refresh_from_db()
    assert signature.name == "旧名"


def test_the_channel_number_makes_it_usable():
    signature = SignatureFactory(status=Signature.Status.PROCESSING)

    signature = signatures.assign_channel_number(
        signature=signature, channel_number=" csms100000001 ", actor=UserFactory()
    )

    assert signature.is_usable
    assert Signature.objects.usable().get().channel_number == "csms100000001"
    assert AuditEvent.objects.get().after == {"channel_number": "csms100000001"}


@pytest.mark.parametrize("number", ["", "csms 1", "号码", "c" * 22, "csms-1"])
def test_a_channel_number_is_letters_and_digits(number):
    with pytest.raises(Refusal) as refused:
        signatures.assign_channel_number(
            signature=SignatureFactory(status=Signature.Status.PROCESSING),
            channel_number=number,
            actor=None,
        )

    assert refused.value.field == "channel_number"


def test_a_channel_number_belongs_to_one_signature():
    taken = SignatureFactory(usable=True).channel_number
    other = SignatureFactory(status=Signature.Status.PROCESSING)

    with pytest.raises(Refusal) as refused:
        signatures.assign_channel_number(signature=other, channel_number=taken, actor=None)

    assert refused.value.code == "channel_number_taken"
    other.refresh_from_db()
    assert other.status == Signature.Status.PROCESSING


def test_signatures_of_one_name_share_a_number_across_types():
    first = SignatureFactory(usable=True, channel_number="csms7")
    sibling = SignatureFactory(
        application=first.application,
        name=first.name,
        type=MessageType.VERIFICATION,
        status=Signature.Status.PROCESSING,
    )

    sibling = signatures.assign_channel_number(
        signature=sibling, channel_number="csms7", actor=None
    )

    assert sibling.is_usable


@pytest.mark.parametrize("stranger", ["another name", "another customer"])
def test_a_number_is_not_shared_with_strangers_of_another_type(stranger):
    first = SignatureFactory(usable=True, channel_number="csms7")
    same = (
        {"name": first.name}
        if stranger == "another customer"
        else {"application": first.application}
    )
    other = SignatureFactory(
        type=MessageType.VERIFICATION, status=Signature.Status.PROCESSING, **same
    )

    with pytest.raises(Refusal) as refused:
        signatures.assign_channel_number(signature=other, channel_number="csms7", actor=None)

    assert refused.value.code == "channel_number_taken"


def test_a_channel_number_needs_an_approved_signature_without_one():
    for signature in (SignatureFactory(), SignatureFactory(usable=True)):
        with pytest.raises(Refusal):
            signatures.assign_channel_number(
                signature=signature, channel_number="csms1", actor=None
            )


def test_the_next_free_number_follows_the_highest():
    assert channel_numbers.next_free() == "csms100000001"

    SignatureFactory(usable=True, channel_number="csms100000009")
    SignatureFactory(usable=True, channel_number="csms12345678")
    SignatureFactory(usable=True, channel_number="zsms999999999")

    assert channel_numbers.next_free() == "csms100000010"
