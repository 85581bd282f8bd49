"""Compile gettext catalogues (``.po`` to ``.mo``) without the GNU tools.

The compiled files are not in the repository, and a fresh machine has no ``msgfmt``.
"""

import ast
import struct
from collections.abc import Iterator
from pathlib import Path

MAGIC = 0x950412DE
CONTEXT_MARK = "\x04"


def compile_all(locale: Path) -> int:
    """Compile every catalogue below ``locale`` that is newer than its ``.mo``; how many."""
    compiled = 0
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        unfinished = target.with_name(f"{target.name}.new")
        unfinished.write_bytes(to_mo(read_po(source.read_text(encoding="utf-8"))))
        unfinished.replace(target)
        compiled += 1
    return compiled


def read_po(text: str) -> dict[str, str]:
    """The messages of a catalogue, with keys and plurals joined the way ``.mo`` files want them.

    Untranslated and fuzzy entries are left out, as ``msgfmt`` does; a fuzzy header stays.
    """
    messages = {}
    for entry in _entries(text):
        key, value = _pair(entry)
        is_fuzzy = "fuzzy" in entry.get("flags", "")
        if value.strip("\0") and not (is_fuzzy and key):
            messages[key] = value
    return messages


def to_mo(messages: dict[str, str]) -> bytes:
    """The bytes of a ``.mo`` file: a header, two tables of lengths and offsets, the strings."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    count = len(pairs)
    keys_at, values_at, strings_at = 28, 28 + 8 * count, 28 + 16 * count
    tables, strings = [b"", b""], b""
    for column in (0, 1):
        for pair in pairs:
            tables[column] += struct.pack("<II", len(pair[column]), strings_at + len(strings))
            strings += pair[column] + b"\0"
    header = struct.pack("<7I", MAGIC, 0, count, keys_at, values_at, 0, strings_at)
    return header + tables[0] + tables[1] + strings


def _entries(text: str) -> Iterator[dict[str, str]]:
    """Each entry as a mapping of field to text. Obsolete entries are comments."""
    entry: dict[str, str] = {}
    field = ""
    for line in map(str.strip, [*text.splitlines(), "# the end"]):
        word, _, rest = line.partition(" ")
        begins_entry = line.startswith("#") or word in ("msgctxt", "msgid")
        if begins_entry and field.startswith("msgstr"):
            yield entry
            entry, field = {}, ""
        if word == "#,":
            entry["flags"] = rest
        elif line.startswith('"'):
            entry[field] += ast.literal_eval(line)
        elif word.startswith("msg"):
            field = word
            entry[field] = ast.literal_eval(rest)


def _pair(entry: dict[str, str]) -> tuple[str, str]:
    key = entry["msgid"]
    if "msgctxt" in entry:
        key = entry["msgctxt"] + CONTEXT_MARK + key
    if "msgid_plural" not in entry:
        return key, entry["msgstr"]
    forms = sorted((field, text) for field, text in entry.items() if field.startswith("msgstr["))
    return f"{key}\0{entry['msgid_plural']}", "\0".join(text for _, text in forms)
