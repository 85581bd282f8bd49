import pytest

from tests.api.console.caller import ConsoleCaller, console_caller
from tests.api.console.sending import member_of
from tests.messaging.road import Road, build_road


@pytest.fixture
def owner(db: None) -> ConsoleCaller:
    """The owner of an account whose service is enabled."""
    return console_caller()


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def road(db: None) -> Road:
    return build_road()


@pytest.fixture
def sender(road: Road) -> ConsoleCaller:
    """An operator of the road's account."""
    return member_of(road, "operator")


@pytest.fixture
def viewer(road: Road) -> ConsoleCaller:
    return member_of(road, "viewer")
