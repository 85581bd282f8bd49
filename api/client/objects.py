"""`sms-console templates` and `sms-console signatures`: what is reviewed before it is sent."""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import showing
from .calls import AccountApi
from .configuration import Configuration
from .errors import Exit, misconfigured


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object: its name in addresses, its filters, and what lists show."""

    path: str
    name_filter: str
    status_filter: str
    columns: Mapping[str, str]


TEMPLATES = Kind(
    "templates",
    "template_name",
    "flow_status",
    {
        "template_id": "TEMPLATE ID",
        "template_name": "NAME",
        "template_type": "TYPE",
        "flow_status": "STATUS",
        "template_content": "TEXT",
        "id": "ID",
    },
)
SIGNATURES = Kind(
    "signatures",
    "signature_name",
    "status",
    {
        "signature_name": "NAME",
        "signature_type": "TYPE",
        "status": "STATUS",
        "channel_num": "CHANNEL NUMBER",
        "id": "ID",
    },
)


def list_(kind: Kind, given: argparse.Namespace, configuration: Configuration) -> int:
    query = {
        "limit": given.limit,
        "offset": given.offset,
        kind.name_filter: given.name or None,
        kind.status_filter: given.status or None,
    }
    found = AccountApi(configuration).management("GET", kind.path, **query)
    if given.json:
        showing.as_json(found)
    else:
        showing.table(found["results"], kind.columns)
        if found["total"] > len(found["results"]):
            showing.say(f"{len(found['results'])} of {found['total']}; see --limit and --offset.")
    return Exit.DONE


def show(kind: Kind, given: argparse.Namespace, configuration: Configuration) -> int:
    found = AccountApi(configuration).management("GET", f"{kind.path}/{given.id}")
    _show(found, given)
    return Exit.DONE


def create(kind: Kind, given: argparse.Namespace, configuration: Configuration) -> int:
    """Apply for what a JSON file describes: the body of the management API's operation."""
    api = AccountApi(configuration)
    _show(api.management("POST", kind.path, _document(given.document)), given)
    return Exit.DONE


def delete(kind: Kind, given: argparse.Namespace, configuration: Configuration) -> int:
    AccountApi(configuration).management("DELETE", f"{kind.path}/{given.id}")
    if not given.json:
        showing.say("Deleted.")
    return Exit.DONE


def _show(found: Any, given: argparse.Namespace) -> None:
    if given.json:
        showing.as_json(found)
    else:
        showing.facts(found)


def _document(name: str) -> Any:
    """The JSON document in a file, or on the standard input for `-`."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, ValueError) as error:
        raise misconfigured(f"{name} cannot be read as JSON: {error}") from error
