"""Whether an answer is as the OpenAPI document says."""

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from api.openapi import document


@cache
def described() -> dict[str, Any]:
    """The document, as clients read it."""
    return json.loads(document.text())


def check(method: str, address: str, status: int, body: Any) -> None:
    """Compare a body with the schema of an answer; `address` is the document's or a real one."""
    answer = described()["paths"][_template(address)][method]["responses"][str(status)]
    if "$ref" in answer:
        answer = described()["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    if "content" not in answer:
        assert body is None
        return
    schema = answer["content"]["application/json"]["schema"]
    whole = {**schema, "components": described()["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(body)


def _template(address: str) -> str:
    """The path of the document that an address fits best: the one with the fewest places."""
    paths = described()["paths"]
    if address in paths:
        return address
    fitting = [path for path in paths if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), address)]
    return min(fitting, key=lambda path: path.count("{"))
