import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from common.crypto import UndecryptableError, decrypt, encrypt

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> Settings:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    return settings


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_a_token_leads_back_to_its_text(text: str) -> None:
    assert decrypt(encrypt(text)) == text


def test_a_token_does_not_show_the_text() -> None:
    assert "s3cret" not in encrypt("s3cret")
    assert encrypt("s3cret") != encrypt("s3cret")


def test_after_a_key_change_old_tokens_stay_readable(keys: Settings) -> None:
    token = encrypt("s3cret")
    keys.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert decrypt(token) == "s3cret"
    newer = encrypt("s3cret")
    keys.FIELD_ENCRYPTION_KEYS = [NEW]
    assert decrypt(newer) == "s3cret"


def test_a_token_of_a_removed_key_is_told_apart(keys: Settings) -> None:
    token = encrypt("s3cret")
    keys.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(UndecryptableError, match="FIELD_ENCRYPTION_KEYS"):
        decrypt(token)


@pytest.mark.parametrize("token", ["", "s3cret", "密文"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(UndecryptableError):
        decrypt(token)
