"""Calls made up from the OpenAPI document, and whether the real server keeps to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.shop import Shop

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
TIMEOUT_S = 60
UNAUTHORIZED = 401
_SIGN_IN = "/v3/auth/tokens"


@dataclass
class Client:
    """A customer's server with valid credentials, and ids that lead to its objects."""

    server: str
    token: str
    project_id: str
    shop: Shop
    ids: Mapping[str, str]
    """What stands for `{id}`, by the part of the path in front of it."""
    own: Mapping[str, str]
    """What stands for other parameters and for fields of bodies, by their names."""
    session: requests.Session = field(default_factory=requests.Session)

    def call(self, case: Case, is_own: bool) -> None:
        """Call, and compare the answer with the document.

        With `is_own` ids are those of the customer's objects, else as they were made up.
        """
        if is_own:
            own = self.own | {"id": self._id_for(case.operation.path)}
            for told in (case.path_parameters, case.query, case.body):
                if isinstance(told, dict):
                    told.update({name: own[name] for name in told.keys() & own.keys()})
        if "project_id" in (case.path_parameters or {}):
            case.path_parameters["project_id"] = self.project_id
        response = case.call(
            base_url=self.server,
            session=self.session,
            headers=self._credentials(case.operation.path),
            timeout=TIMEOUT_S,
        )
        assert response.status_code != UNAUTHORIZED or case.operation.path == _SIGN_IN
        case.validate_response(response, checks=CHECKS)

    def _credentials(self, path: str) -> dict[str, str]:
        return self.shop.wsse() if path.startswith("/sms/") else {"X-Auth-Token": self.token}

    def _id_for(self, path: str) -> str:
        """What stands for `{id}`: paths of one kind of object begin alike."""
        return next((id for part, id in self.ids.items() if f"/{part}/" in path), "")


def operations(document: dict[str, Any]) -> list[APIOperation]:
    """Every operation of a document."""
    schema = schemathesis.openapi.from_dict(document)
    schema.config.generation.update(with_security_parameters=False)
    return [result.ok() for result in schema.get_all_operations()]


def violations(client: Client, operation: APIOperation, examples: int) -> Iterator[str]:
    """What calls of an operation, good ones and bad ones, brought that is not documented."""
    for mode in _modes(operation):

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode), st.booleans())
        def check(case: Case, is_own: bool) -> None:
            client.call(case, not is_own)

        try:
            check()
        except (Exception, BaseExceptionGroup) as error:
            yield f"{operation.label} ({mode.value}): {_words(error)}"


def _modes(operation: APIOperation) -> Iterator[GenerationMode]:
    """Any text may stand in a path: without a query or a body there is nothing to be wrong."""
    yield GenerationMode.POSITIVE
    if list(operation.query) or list(operation.body):
        yield GenerationMode.NEGATIVE


def _words(error: BaseException) -> str:
    inner = getattr(error, "exceptions", None)
    return "\n".join(map(_words, inner)) if inner else f"{type(error).__name__}: {error}"
