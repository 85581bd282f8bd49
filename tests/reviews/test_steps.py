import pytest
from django.db import IntegrityError, connection, transaction

from reviews.models import Template
from reviews.services.steps import REVIEWED, steps
from tests.factories import QualificationFactory, SignatureFactory, TemplateFactory

pytestmark = pytest.mark.django_db

FACTORIES = {
    "signature": SignatureFactory,
    "template": TemplateFactory,
    "qualification": QualificationFactory,
}


def test_the_database_allows_the_steps_of_the_code():
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, origin, target FROM reviews_allowed_step")
        allowed = set(cursor.fetchall())

    assert allowed == set(steps())


@pytest.mark.parametrize("model", REVIEWED)
def test_the_database_itself_refuses_every_other_step(model):
    for origin in model.Status.values:
        subject = FACTORIES[model._meta.model_name](status=origin)
        row = model.objects.filter(pk=subject.pk)
        for target in set(model.Status.values) - {origin}:
            refused = is_refused(row, target)
            assert refused == (target not in model.NEXT[origin]), (origin, target)


def is_refused(row, target):
    """Try a step past all code, and undo it."""
    try:
        with transaction.atomic():
            row.update(status=target)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return "reviews_allowed_step" in (error.__cause__.diag.constraint_name or "")
    return False


def test_every_status_has_its_steps():
    for model in REVIEWED:
        assert set(model.NEXT) == set(model.Status.values)


def test_an_approved_template_that_operations_deactivated_stays_so():
    assert Template.NEXT[Template.Status.ADOPTED_INACTIVE] == frozenset()
