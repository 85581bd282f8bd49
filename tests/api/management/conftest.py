import pytest

from tests.api.management.caller import Caller, caller


@pytest.fixture
def owner(db: None) -> Caller:
    """The owner of an account whose service is enabled."""
    return caller()


@pytest.fixture(autouse=True)
def _without_qualifications(settings) -> None:
    """Most tests are about other things than a signature's papers."""
    settings.SMS_REQUIRE_QUALIFICATION = False


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
