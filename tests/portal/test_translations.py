"""Every sentence of the product has its Chinese wording."""

import ast
import csv
import re
from pathlib import Path

import pytest
from django.conf import settings

from sms_console.embedded.translations import read_po

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
FOLDERS = ("common", "customers", "reviews", "messaging", "api", "portal", "sms_console")
_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def messages() -> dict[str, str]:
    return read_po(CATALOGUE.read_text(encoding="utf-8"))


def test_nothing_is_left_untranslated(messages: dict[str, str]):
    text = CATALOGUE.read_text(encoding="utf-8")
    entries = len(re.findall(r"^msgid ", text, re.MULTILINE))
    assert "fuzzy" not in text
    assert len(messages) == entries


def test_translations_keep_the_places_for_values(messages: dict[str, str]):
    wrong = {
        source
        for source, translation in messages.items()
        if source and set(_PLACE.findall(source)) != set(_PLACE.findall(translation))
    }
    assert wrong == set()


def test_every_sentence_of_the_code_is_in_the_catalogue(messages: dict[str, str]):
    """What Python marks with `_()`; templates are found by makemessages only."""
    known = {source.split("\0")[0] for source in messages}
    missing = {
        sentence
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for sentence in _marked(ast.parse(path.read_text(encoding="utf-8")))
        if sentence not in known
    }
    assert missing == set()


def test_reasons_and_remedies_of_the_code_tables_are_translated(messages: dict[str, str]):
    with (ROOT / "common/data/rejection_reasons.csv").open(encoding="utf-8") as lines:
        reasons = list(csv.DictReader(lines))
    with (ROOT / "common/data/status_codes.csv").open(encoding="utf-8") as lines:
        codes = list(csv.DictReader(lines))
    said = {row[key] for row in reasons for key in ("explanation_en", "handling_en")}
    said |= {row[key] for row in codes for key in ("description_en", "handling_en")}
    with (ROOT / "common/data/api_error_codes.csv").open(encoding="utf-8") as lines:
        said |= {row["handling_en"] for row in csv.DictReader(lines)}
    assert {sentence for sentence in said if sentence and sentence not in messages} == set()


def _marked(tree: ast.AST):
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("_", "gettext", "gettext_noop")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0].value
