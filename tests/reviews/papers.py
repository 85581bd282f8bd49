"""Small files of every format that papers come in, made byte by byte."""

import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

from reviews.models import Evidence
from reviews.services.evidence import Upload


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width=2, height=2, *, extra=b""):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x7f" * width for _ in range(min(height, 4))))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(width=2, height=2, *, comment=b""):
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
        + (segment(0xFE, comment) if comment else b"")
        + segment(0xC0, frame)
        + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + b"\x12\x34\xff\x00\x56\xff\xd0\x78"
        + b"\xff\xd9"
    )


def gif(width=2, height=2):
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
        + b"\0\0\0\xff\xff\xff"
        + b"\x21\xf9\x04\0\0\0\0\0"
        + b"\x2c"
        + struct.pack("<HHHHB", 0, 0, width, height, 0)
        + b"\x02\x02\x4c\x01\0"
        + b"\x3b"
    )


def pdf(*objects, head=b"%PDF-1.7\n", tail=b"%%EOF\n"):
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    pages = b"<< /Type /Pages /Kids [] /Count 0 >>"
    body = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, each)
        for number, each in enumerate((catalog, pages, *objects), start=1)
    )
    return head + body + b"trailer << /Root 1 0 R >>\nstartxref\n9\n" + tail


def packed(content, dictionary=b""):
    data = zlib.compress(content)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (
        len(data),
        dictionary,
        data,
    )


def upload(kind=Evidence.Kind.CERTIFICATE, content=None, name="paper.png", field="evidence"):
    file = SimpleUploadedFile("x", png() if content is None else content)
    file._name = name  # as it came in; Django itself drops a path
    return Upload(kind, file, field)


QUALIFICATION_PAPERS = (
    Evidence.Kind.CERTIFICATE,
    Evidence.Kind.ID_FRONT,
    Evidence.Kind.ID_BACK,
    Evidence.Kind.ID_IN_HAND,
)


def uploads(*more):
    return [upload(kind) for kind in (*QUALIFICATION_PAPERS, *more)]
