"""What an uploaded paper may be, judged by its content alone (spec console §6.1).

Images and PDF files are read by their structure: a file that is anything else besides, or goes on
after its end, is refused. Nothing here trusts a file's name or the type a browser claims.
"""

from common.papers import images, pdf
from common.papers.errors import BadPaperError, not_permitted

__all__ = ["BadPaperError", "content_type_of"]

_READERS = {
    b"\x89PNG\r\n\x1a\n": ("image/png", images.check_png),
    b"\xff\xd8\xff": ("image/jpeg", images.check_jpeg),
    b"GIF87a": ("image/gif", images.check_gif),
    b"GIF89a": ("image/gif", images.check_gif),
    b"%PDF-": ("application/pdf", pdf.check_pdf),
}


def content_type_of(content: bytes) -> str:
    """Return `image/png`, `image/jpeg`, `image/gif` or `application/pdf`.

    Raises BadPaperError, with a sentence for the customer, for anything that is none of these, is
    damaged, or could do more than be looked at.
    """
    for magic, (content_type, check) in _READERS.items():
        if content.startswith(magic):
            check(content)
            return content_type
    raise not_permitted()
