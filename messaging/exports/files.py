"""The files of exports: encrypted pieces in the media folder, which no address leads to.

A piece is one slice of rows and is encrypted as a whole, so that neither writing nor downloading
holds more than one piece in memory.
"""

from collections.abc import Iterator
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from common.crypto import decrypt_bytes, encrypt_bytes

ROWS = "rows"
"""Pieces of rows a workbook is made of."""
FILE = "file"
"""Pieces of the file as it is downloaded."""


def write(export_id: UUID, kind: str, number: int, content: bytes) -> None:
    """Keep a piece; one of that number left over by a writer that died is replaced."""
    name = _name(export_id, kind, number)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(encrypt_bytes(content)))


def read(export_id: UUID, kind: str, count: int) -> Iterator[bytes]:
    """The pieces 1 … count, one after the other; raises FileNotFoundError when one is missing."""
    for number in range(1, count + 1):
        with default_storage.open(_name(export_id, kind, number)) as stored:
            yield decrypt_bytes(stored.read())


def delete(export_id: UUID, kind: str = "") -> None:
    """Remove the pieces of a kind, or all; harmless when there are none."""
    folder = _folder(export_id)
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        if name.startswith(kind):
            default_storage.delete(f"{folder}/{name}")
    if not kind:
        default_storage.delete(folder)


def _folder(export_id: UUID) -> str:
    return f"exports/{export_id}"


def _name(export_id: UUID, kind: str, number: int) -> str:
    return f"{_folder(export_id)}/{kind}-{number:05}.bin"
