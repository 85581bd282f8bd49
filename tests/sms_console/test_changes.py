import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from common import expiring
from customers.models import Application, Customer
from messaging.models import ChannelRoute
from reviews.models import Signature, Template
from sms_console.changes import ChangeListener
from tests.factories import ChannelFactory, TemplateFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def forgotten() -> Iterator[threading.Event]:
    """Set when a listening process forgets what it remembers of rows that were there before."""
    TemplateFactory(adopted=True)
    event = threading.Event()
    listener = ChangeListener(event.set)
    listener.start()
    assert listener.listening.wait(10)
    assert event.is_set()  # a process that begins to listen forgets first
    event.clear()
    yield event
    listener.stop()


@pytest.mark.parametrize(
    "change",
    [
        lambda: Application.objects.update(status=Application.Status.SUSPENDED),
        lambda: Customer.objects.update(status=Customer.Status.FROZEN),
        lambda: Signature.objects.update(channel_number=""),
        lambda: Template.objects.update(status=Template.Status.DISABLE),
    ],
)
def test_a_change_is_known_at_once(change: Callable[[], int], forgotten: threading.Event):
    assert change() == 1
    assert forgotten.wait(10)


def test_a_change_of_channels_and_routes_is_known_at_once(forgotten: threading.Event):
    channel = ChannelFactory()
    assert forgotten.wait(10)
    forgotten.clear()
    ChannelRoute.objects.create(is_prefix=True, primary=channel)
    assert forgotten.wait(10)


def test_a_process_knows_whether_it_hears_of_changes(transactional_db: None):
    forgotten = threading.Event()
    listener = ChangeListener(forgotten.set)
    listener.start()
    assert listener.listening.wait(10)
    assert expiring._hears
    forgotten.clear()
    listener.stop()
    assert not expiring._hears
    assert forgotten.is_set()


def test_a_lost_connection_is_forgotten_and_made_again(forgotten: threading.Event):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query = 'LISTEN sms_changes' AND datname = current_database()"
        )
    assert forgotten.wait(10)
    deadline = time.monotonic() + 20
    while not expiring._hears and time.monotonic() < deadline:
        time.sleep(0.05)
    forgotten.clear()
    Application.objects.update(status=Application.Status.SUSPENDED)
    assert forgotten.wait(10)


def test_other_rows_are_not_announced(forgotten: threading.Event):
    UserFactory()
    assert not forgotten.wait(1.5)
