"""The document holds the rules of OpenAPI, and all that is served to machines."""

import re
from typing import Any

from django.test import Client
from drf_spectacular.validation import validate_schema

from api.iam.rest import ServerView
from api.iam.views import UnknownView
from api.openapi import document
from tests.test_consistency import addresses

OPERATIONS_OF_THE_VENDOR = 21
METHODS_OF_PLAIN_VIEWS = {
    "batch_send_sms": {"post"},
    "batch_send_diff_sms": {"post"},
    "tell_conversions": {"post"},
    "status_reports": {"get"},
}


def served() -> set[tuple[str, str]]:
    """Method and address of every call that a view of `api` answers."""
    found = set()
    for address, pattern in addresses():
        view = getattr(pattern.callback, "cls", None) or pattern.callback
        if not view.__module__.startswith("api.") or view in (UnknownView, _document_view()):
            continue
        if getattr(pattern.callback, "login_required", True):
            continue  # for people who are signed in, not for machines
        path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", address)
        found |= {(method, path) for method in _methods(view)}
    return found


def _document_view() -> Any:
    return next(pattern.callback for path, pattern in addresses() if path == "openapi.json")


def _methods(view: Any) -> set[str]:
    if isinstance(view, type) and issubclass(view, ServerView):
        return {method for method in view.http_method_names if hasattr(view, method)}
    return METHODS_OF_PLAIN_VIEWS[view.__name__]


def operations(described: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_it_is_valid(described: dict[str, Any]):
    assert described["openapi"].startswith("3.1.")
    validate_schema(described)


def test_every_call_is_in_it_and_nothing_else(described: dict[str, Any]):
    assert set(operations(described)) == served()


def test_operations_have_names_of_their_own(described: dict[str, Any]):
    names = [operation["operationId"] for operation in operations(described).values()]
    assert len(names) == len(set(names))
    management = [path for _method, path in operations(described) if "/msgsms/" in path]
    assert len(management) == OPERATIONS_OF_THE_VENDOR
    assert "ListTemplateVarilableDetails" in names


def test_every_reference_leads_somewhere(described: dict[str, Any]):
    text = document.text().decode()
    for kind, name in re.findall(r'"#/components/(\w+)/(\w+)"', text):
        assert name in described["components"][kind], name


def test_every_security_scheme_is_used_and_defined(described: dict[str, Any]):
    used = {
        name
        for operation in operations(described).values()
        for requirement in operation.get("security", [])
        for name in requirement
    }
    assert used == set(described["components"]["securitySchemes"])
    open_to_all = [key for key, one in operations(described).items() if "security" not in one]
    assert open_to_all == [("post", "/v3/auth/tokens")]


def test_it_is_open_to_all_and_kept_by_clients(client: Client, described: dict[str, Any]):
    answer = client.get("/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert "public" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert answer.json() == described
    again = client.get("/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post("/openapi.json").status_code == 405
