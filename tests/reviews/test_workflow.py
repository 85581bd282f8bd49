import itertools

import pytest

from common.errors import Refusal
from reviews.models import Signature, Template, Transition
from reviews.services.workflow import advance
from tests.factories import SignatureFactory, TemplateFactory, UserFactory

pytestmark = pytest.mark.django_db

EVERY_STEP = [
    *itertools.product([SignatureFactory], Signature.Status.values, Signature.Status.values),
    *itertools.product([TemplateFactory], Template.Status.values, Template.Status.values),
]


def is_legal(factory, origin, to):
    return to in factory._meta.model.NEXT[origin]


@pytest.mark.parametrize(
    ("factory", "origin", "to"), [step for step in EVERY_STEP if is_legal(*step)]
)
def test_a_legal_step_is_taken_and_logged(factory, origin, to):
    subject, actor = factory(status=origin), UserFactory()

    advance(subject, to, actor=actor, reason="because")

    subject.refresh_from_db()
    assert subject.status == to
    step = Transition.objects.get()
    assert (step.object_id, step.from_status, step.to_status) == (subject.pk, origin, to)
    assert (step.actor, step.reason) == (actor, "because")


@pytest.mark.parametrize("factory", [SignatureFactory, TemplateFactory])
def test_every_other_step_is_refused(factory):
    for model_factory, origin, to in EVERY_STEP:
        if model_factory is factory and not is_legal(factory, origin, to):
            subject = factory(status=origin)
            with pytest.raises(Refusal, match="cannot become") as refused:
                advance(subject, to, actor=None)
            assert refused.value.code == "status_step"
            subject.refresh_from_db()
            assert subject.status == origin
    assert not Transition.objects.exists()


def test_a_step_from_a_stale_copy_is_refused():
    signature = SignatureFactory()
    copy = Signature.objects.get()
    advance(signature, Signature.Status.REVIEW_NOT_PASS, actor=None)

    with pytest.raises(Refusal) as refused:
        advance(copy, Signature.Status.PROCESSING, actor=None)

    assert (refused.value.code, refused.value.permanent) == ("status_changed", False)
    signature.refresh_from_db()
    assert signature.status == Signature.Status.REVIEW_NOT_PASS
    assert Transition.objects.count() == 1
