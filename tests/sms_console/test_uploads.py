"""Names of uploaded files arrive with their path, so that forms can refuse it."""

import subprocess
import sys
from io import BytesIO

import pytest

from common.errors import Refusal
from reviews.models import Evidence
from reviews.services import evidence
from sms_console.uploads import UploadRequest
from tests.factories import QualificationFactory
from tests.reviews.papers import png

BOUNDARY = "----boundary"


def uploaded(name: str):
    """A file as a view gets it, sent under a name by a client that keeps to no rule."""
    head = f'Content-Disposition: form-data; name="paper"; filename="{name}"'
    body = b"".join(
        (
            f"--{BOUNDARY}\r\n{head}\r\nContent-Type: image/png\r\n\r\n".encode(),
            png(),
            f"\r\n--{BOUNDARY}--\r\n".encode(),
        )
    )
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return UploadRequest(environ).FILES["paper"]


def test_the_web_process_uses_it():
    """In a process of its own, for the web process starts listening to changes."""
    ask = "from sms_console.wsgi import handler; print(handler.request_class.__name__)"
    asked = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert asked.stdout.split()[-1] == UploadRequest.__name__


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("licence.png", "licence.png"),
        ("../../licence.png", "..\\..\\licence.png"),
        ("/etc/licence.png", "\\etc\\licence.png"),
        ("C:\\papers\\licence.png", "C:\\papers\\licence.png"),
        ("&#x2e;&#x2e;&#x2f;licence.png", "..\\licence.png"),
    ],
)
def test_a_path_stays_in_the_name(sent: str, arrives: str):
    assert uploaded(sent).name == arrives


@pytest.mark.django_db
def test_a_paper_with_a_path_in_its_name_is_refused(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    paper = evidence.Upload(Evidence.Kind.CERTIFICATE, uploaded("../../licence.png"))
    with pytest.raises(Refusal) as refused:
        evidence.attach(owner=QualificationFactory(), upload=paper, actor=None)
    assert refused.value.code == "evidence_name"
    assert "no path" in str(refused.value)
