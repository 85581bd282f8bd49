"""PDF files that can be looked at and do nothing else (ISO 32000-1)."""

import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from common.papers.errors import BadPaperError, damaged, more_than_a_paper

_MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes that all streams of a file may hold together once they are unpacked."""

_END = re.compile(rb"%%EOF[\x00\t\n\x0c\r ]*\Z")
_STREAM = re.compile(rb"stream(?:\r\n|\r|\n)?")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME_END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
_PACKED_OBJECTS = re.compile(rb"/ObjStm" + _NAME_END)
_OTHER_PACKING = re.compile(
    rb"/(ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt|AHx|A85|LZW|RL)" + _NAME_END
)
_NEARBY = 300
"""Bytes before `/ObjStm` that may belong to the same dictionary."""

_ACTIVE = {
    "JavaScript": _("The PDF contains JavaScript."),
    "Launch": _("The PDF starts programs."),
    "EmbeddedFile": _("The PDF has other files inside."),
    "EmbeddedFiles": _("The PDF has other files inside."),
    "Encrypt": _("The PDF is encrypted or protected by a password."),
    "RichMedia": _("The PDF contains media that play."),
    "SubmitForm": _("The PDF contains a form that sends data."),
    "ImportData": _("The PDF contains a form that reads data."),
    "GoToR": _("The PDF opens other files."),
    "GoToE": _("The PDF opens other files."),
}
"""Names of what a paper has no need of, with the sentence for each."""

_ACTIVE_NAMES = re.compile(
    rb"/(" + b"|".join(name.encode() for name in _ACTIVE) + rb")" + _NAME_END
)
_OPENS = re.compile(rb"/(OpenAction|AA)" + _NAME_END)
_URI = re.compile(rb"/URI" + _NAME_END)


def check_pdf(content: bytes) -> None:
    """Refuse a PDF that is damaged, runs on after its end, is encrypted or acts by itself.

    Names count however they are written (`/J#61vaScript`), and those in packed streams too.
    """
    if not _END.search(content):
        if b"%%EOF" in content:
            raise more_than_a_paper()
        raise damaged()
    if b"/Root" not in _plain(content) and b"/XRef" not in _plain(content):
        raise damaged()
    _check_packed_objects(_plain(content))
    texts = [_plain(content), *_unpacked(content)]
    for text in texts:
        if active := _ACTIVE_NAMES.search(text):
            raise _refusal(_ACTIVE[active[1].decode()])
    if any(_OPENS.search(text) for text in texts) and any(_URI.search(text) for text in texts):
        raise _refusal(_("The PDF opens an address by itself."))


def _plain(content: bytes) -> bytes:
    """The file with every escaped character of a name written out."""
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), content)


def _check_packed_objects(plain: bytes) -> None:
    """Refuse objects packed in a way that `_unpacked` does not undo: names could hide there."""
    for found in _PACKED_OBJECTS.finditer(plain):
        end = plain.find(b"stream", found.end())
        if _OTHER_PACKING.search(plain) or b"/Predictor" in plain[found.start() - _NEARBY : end]:
            raise _refusal(_("The PDF is packed in an unusual way and cannot be checked."))


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The content of whatever unpacks after the word `stream`, wherever that word stands.

    Lengths, dictionaries and `endstream` are not believed: a file may lie about its parts.
    """
    left = _MOST_UNPACKED
    for match in _STREAM.finditer(content):
        unpacked = _inflated(content[match.end() :], left)
        left -= len(unpacked)
        if left <= 0:
            raise _refusal(_("The PDF unpacks to far more than it seems."))
        if unpacked:
            yield _plain(unpacked)


def _inflated(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def _refusal(found: object) -> BadPaperError:
    return BadPaperError(
        _("%(found)s Print or scan the paper into a plain PDF or picture and upload that.")
        % {"found": found}
    )
