import pytest

from common.errors import Refusal
from messaging.groups.preconditions import refuse_unless_still_met
from messaging.models import GroupTask
from reviews.services import deleting
from tests.factories import SignatureFactory, TemplateFactory, UserFactory

pytestmark = pytest.mark.django_db


def task_of(template, state):
    return GroupTask.objects.create(
        customer=template.customer,
        application=template.application,
        signature=template.signature,
        template=template,
        name="spring",
        state=state,
        created_by=UserFactory(),
    )


def test_group_tasks_that_have_not_started_are_counted():
    template = TemplateFactory(adopted=True)
    for state in GroupTask.State.values:
        task_of(template, state)

    sentences = [str(each) for each in deleting.consequences_of_deleting(template.signature)]

    assert "3 group tasks have not started; they will fail." in sentences


def test_without_tasks_nothing_is_said():
    assert deleting.consequences_of_deleting(SignatureFactory()) == []


def test_such_a_task_indeed_fails():
    template = TemplateFactory(adopted=True)
    task = task_of(template, GroupTask.State.PENDING)
    refuse_unless_still_met(task)

    deleting.delete_signature(signature=template.signature, actor=None)

    with pytest.raises(Refusal):
        refuse_unless_still_met(GroupTask.objects.get())
