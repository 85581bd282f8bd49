import hashlib
import zlib

import pytest
from django.test import override_settings

from common.errors import Refusal
from customers.models import AuditEvent
from reviews.models import Evidence, Filing
from reviews.services import evidence
from tests.factories import QualificationFactory, SignatureFactory, UserFactory
from tests.reviews.papers import chunk, gif, jpeg, packed, pdf, png, upload

pytestmark = pytest.mark.django_db

LIMIT = 2 * 1024 * 1024
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'
JAVASCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"


@pytest.fixture(autouse=True)
def _private_folder(tmp_path):
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield


def attach(**fields):
    return evidence.attach(owner=QualificationFactory(), upload=upload(**fields), actor=None)


GOOD = {
    "png": (png(), "image/png"),
    "jpeg": (jpeg(), "image/jpeg"),
    "jpeg with a comment": (jpeg(comment=b"scanned on a rainy day"), "image/jpeg"),
    "gif": (gif(), "image/gif"),
    "pdf": (pdf(), "application/pdf"),
    "pdf with packed pages": (pdf(packed(b"BT (licence) Tj ET")), "application/pdf"),
    "pdf with a link": (pdf(b"<< /S /URI /URI (https://example.com) >>"), "application/pdf"),
    "pdf that opens on a page": (pdf(b"<< /OpenAction [2 0 R /Fit] >>"), "application/pdf"),
    "png, 2 MB exactly": (
        png(extra=chunk(b"teXt", b"\x01" * (LIMIT - len(png()) - 12))),
        "image/png",
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_taken_by_their_content(name):
    content, content_type = GOOD[name]

    paper = attach(kind=Evidence.Kind.OTHER, content=content, name="any.name")

    assert (paper.content_type, paper.size) == (content_type, len(content))
    assert paper.sha256 == hashlib.sha256(content).hexdigest()


BAD = {
    "svg named png": (SVG, "no JPG, PNG, GIF or PDF"),
    "html": (b"<!doctype html><html></html>", "no JPG, PNG, GIF or PDF"),
    "a program": (b"MZ" + b"\0" * 200, "no JPG, PNG, GIF or PDF"),
    "a zip": (b"PK\x03\x04" + b"\0" * 200, "no JPG, PNG, GIF or PDF"),
    "png with a page behind it": (png() + b"<html>hi</html>", "besides the picture"),
    "png with a script inside": (
        png(extra=chunk(b"teXt", b"<script>alert(1)</script>")),
        "besides the picture",
    ),
    "jpeg with a zip behind it": (jpeg() + b"PK\x05\x06" + b"\0" * 18, "besides the picture"),
    "jpeg that is a pdf, too": (jpeg(comment=b"%PDF-1.4 " + JAVASCRIPT), "besides the picture"),
    "gif with a script behind it": (gif() + b"/*<script>*/", "besides the picture"),
    "half a png": (png()[:-20], "damaged"),
    "a png with a wrong checksum": (png()[:-1] + b"\0", "damaged"),
    "half a jpeg": (jpeg()[:-2], "damaged"),
    "the head of a jpeg": (b"\xff\xd8\xff", "damaged"),
    "half a gif": (gif()[:-3], "damaged"),
    "a png without size": (png(width=0), "damaged"),
    "a png of a billion pixels": (png(width=19_000, height=19_000), "too many pixels"),
    "half a pdf": (pdf(tail=b""), "damaged"),
    "pdf with a page behind it": (pdf(tail=b"%%EOF\n<html>"), "besides the picture"),
    "pdf with JavaScript": (pdf(JAVASCRIPT), "contains JavaScript"),
    "pdf with JavaScript, disguised": (
        pdf(b"<< /S /J#61vaScr#69pt /J#53 (app.alert(1)) >>"),
        "contains JavaScript",
    ),
    "pdf with JavaScript, packed": (
        pdf(packed(b"3 0 " + JAVASCRIPT, b"/Type /ObjStm /N 1 /First 4")),
        "contains JavaScript",
    ),
    "pdf with JavaScript behind a false stream": (
        pdf(b"% stream\n", packed(JAVASCRIPT, b"/Type /ObjStm")),
        "contains JavaScript",
    ),
    "pdf with objects packed oddly": (
        pdf(packed(b"zzz", b"/Type /Obj#53tm /DecodeParms << /Predictor 12 >>")),
        "packed in an unusual way",
    ),
    "pdf with a file inside": (pdf(b"<< /Type /EmbeddedFile >>"), "other files inside"),
    "pdf that starts a program": (pdf(b"<< /S /Launch /F (calc.exe) >>"), "starts programs"),
    "pdf that opens an address": (
        pdf(b"<< /OpenAction << /S /URI /URI (http://example.com) >> >>"),
        "opens an address",
    ),
    "pdf that is encrypted": (pdf(b"<< /Encrypt 9 0 R >>"), "encrypted"),
    "pdf that sends a form": (pdf(b"<< /S /SubmitForm >>"), "sends data"),
    "pdf that unpacks to 80 MB": (
        pdf(b"stream\n" + zlib.compress(b"\0" * (80 * 1024 * 1024)) + b"\nendstream"),
        "far more than it seems",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_a_sentence(name, tmp_path):
    content, sentence = BAD[name]

    with pytest.raises(Refusal, match=sentence) as refused:
        attach(kind=Evidence.Kind.OTHER, content=content)

    assert (refused.value.code, refused.value.field) == ("evidence_content", "evidence")
    assert not Evidence.objects.exists()
    assert not list(tmp_path.rglob("*.bin"))


def test_two_megabytes_and_one_byte_are_too_much():
    content, _type = GOOD["png, 2 MB exactly"]
    longer = png(extra=chunk(b"teXt", b"\x01" * (LIMIT - len(png()) - 11)))
    assert len(longer) == len(content) + 1 == LIMIT + 1

    with pytest.raises(Refusal, match="larger than 2 MB") as refused:
        attach(content=longer)

    assert refused.value.code == "evidence_size"


def test_an_empty_file_is_refused():
    with pytest.raises(Refusal, match="is empty"):
        attach(content=b"")


def test_certificates_and_photos_are_pictures():
    with pytest.raises(Refusal, match="must be a picture") as refused:
        attach(kind=Evidence.Kind.ID_FRONT, content=pdf(), field="id_front")

    assert (refused.value.code, refused.value.field) == ("evidence_type", "id_front")
    assert attach(kind=Evidence.Kind.AUTHORIZATION, content=pdf()).content_type == "application/pdf"


def test_a_paper_is_of_a_known_kind():
    with pytest.raises(Refusal, match="no kind of paper"):
        attach(kind="selfie")


@pytest.mark.parametrize(
    "name",
    [
        "../licence.png",
        "C:\\licence.png",
        "my licence.png",
        "",
        "a" * 61 + ".png",
        "line\nbreak.png",
        "nul\0.png",
        "lone\ud800.png",
        *(f"a{character}b.png" for character in "\"#'$%&*/|<>{}[];?!"),
    ],
)
def test_file_names_keep_the_rule(name):
    with pytest.raises(Refusal):
        attach(name=name)


@pytest.mark.parametrize("name", ["执照.png", "licence-2026_(1).png", "a" * 60 + ".png"])
def test_ordinary_file_names_are_taken(name):
    assert attach(name=name).file_name == name


def test_the_file_is_ciphertext_and_every_view_is_logged(tmp_path):
    paper, viewer = attach(), UserFactory()
    (stored,) = tmp_path.rglob("*.bin")
    assert b"PNG" not in stored.read_bytes()

    content = evidence.open_evidence(evidence=paper, viewer=viewer, ip_address="192.0.2.8")

    assert content == png()
    event = AuditEvent.objects.get(verb="view")
    assert (event.actor, event.ip_address) == (viewer, "192.0.2.8")
    assert (event.object_id, event.customer) == (str(paper.public_id), paper.customer)


@pytest.mark.django_db(transaction=True)
def test_papers_go_with_their_owner(tmp_path):
    signature = SignatureFactory()
    filing = Filing.objects.create(signature=signature, carrier=Filing.Carrier.MOBILE)
    for owner in (signature, filing):
        evidence.attach(owner=owner, upload=upload(), actor=None)
    assert filing.evidence.get().customer == signature.customer

    evidence.forget_all(signature)

    assert list(Evidence.objects.all()) == [filing.evidence.get()]
    assert len(list(tmp_path.rglob("*.bin"))) == 1


@pytest.mark.django_db(transaction=True)
def test_a_new_paper_replaces_those_of_its_kind(tmp_path):
    owner = QualificationFactory()
    first = [upload(Evidence.Kind.CERTIFICATE, jpeg()), upload(Evidence.Kind.ID_FRONT)]
    evidence.attach_all(owner=owner, uploads=first, actor=None)

    evidence.attach_all(owner=owner, uploads=[upload(Evidence.Kind.CERTIFICATE)], actor=None)

    assert [paper.content_type for paper in owner.evidence.order_by("kind")] == ["image/png"] * 2
    assert len(list(tmp_path.rglob("*.bin"))) == 2
