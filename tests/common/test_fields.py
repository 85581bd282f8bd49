import pickle

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps
from pytest_django import Settings

from common.crypto import decrypt
from common.fields import EncryptedTextField, SecretText


@pytest.fixture(autouse=True)
def _keys(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]


@pytest.fixture
def model() -> type[models.Model]:
    with isolate_apps():

        class Credential(models.Model):
            secret = EncryptedTextField(null=True)

            class Meta:
                app_label = "credentials"

            def __str__(self) -> str:
                return "credential"

        return Credential


def secret_field(model: type[models.Model]) -> EncryptedTextField:
    field = model._meta.get_field("secret")
    assert isinstance(field, EncryptedTextField)
    return field


def test_the_database_gets_ciphertext_and_gives_the_text_back(model: type[models.Model]) -> None:
    field = secret_field(model)
    stored = field.get_db_prep_save("s3cret", connection)
    assert isinstance(stored, str)
    assert "s3cret" not in stored
    assert decrypt(stored) == "s3cret"
    assert field.from_db_value(stored, models.Value("secret"), connection) == "s3cret"


def test_nothing_stays_nothing(model: type[models.Model]) -> None:
    field = secret_field(model)
    assert field.get_db_prep_save(None, connection) is None
    assert field.from_db_value(None, models.Value("secret"), connection) is None
    assert model(secret=None).secret is None  # type: ignore[attr-defined]


def test_an_empty_text_is_a_text(model: type[models.Model]) -> None:
    field = secret_field(model)
    stored = field.get_db_prep_save("", connection)
    assert field.from_db_value(stored, models.Value("secret"), connection) == ""


def test_the_repr_of_the_value_does_not_give_it_away(model: type[models.Model]) -> None:
    instance = model(secret="s3cret")
    assert "s3cret" not in repr(vars(instance))
    assert isinstance(instance.secret, SecretText)  # type: ignore[attr-defined]
    instance.secret = "n3w"  # type: ignore[attr-defined]
    assert "n3w" not in repr([instance.secret])  # type: ignore[attr-defined]


def test_a_secret_is_used_like_any_text() -> None:
    secret = SecretText("s3cret")
    assert f"{secret}" == "s3cret"
    assert secret + "!" == "s3cret!"
    assert secret.encode() == b"s3cret"
    assert pickle.loads(pickle.dumps(secret)) == "s3cret"


@pytest.mark.parametrize("lookup", ["secret", "secret__contains", "secret__in"])
def test_looking_rows_up_by_a_secret_is_refused(model: type[models.Model], lookup: str) -> None:
    value = ["s3cret"] if lookup.endswith("__in") else "s3cret"
    with pytest.raises(FieldError, match="encrypted"):
        models.Q(**{lookup: value}).resolve_expression(models.sql.Query(model))


def test_asking_whether_there_is_one_is_allowed(model: type[models.Model]) -> None:
    models.Q(secret__isnull=True).resolve_expression(models.sql.Query(model))


def test_migrations_name_the_field_by_its_path(model: type[models.Model]) -> None:
    assert secret_field(model).deconstruct()[1:] == (
        "common.fields.EncryptedTextField",
        [],
        {"null": True},
    )
