import pytest
from django.test import Client

from reviews.desk.roles import reviewers
from tests.factories import UserFactory


@pytest.fixture
def reviewer(db):
    """A member of the operations team who may decide cases and little else."""
    user = UserFactory(staff=True)
    user.groups.add(reviewers())
    return user


@pytest.fixture
def console(reviewer):
    """The console as a reviewer uses it."""
    client = Client(REMOTE_ADDR="192.0.2.44")
    client.force_login(reviewer)
    return client


@pytest.fixture
def administration(db):
    """The console as an administrator uses it."""
    client = Client(REMOTE_ADDR="192.0.2.45")
    client.force_login(UserFactory(administrator=True))
    return client
