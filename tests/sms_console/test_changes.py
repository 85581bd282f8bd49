import threading
from collections.abc import Callable, Iterator

import pytest

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


def test_other_rows_are_not_announced(forgotten: threading.Event):
    UserFactory()
    assert not forgotten.wait(1.5)
