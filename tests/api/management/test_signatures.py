"""Operations 6 to 13: signatures and their files."""

import json
import uuid

import pytest

from api.models import UploadedFile
from api.tasks import forget_uploads
from common.clock import now
from customers.models import AuditEvent, Membership
from reviews.models import Evidence, Signature, Submission
from reviews.services import decide, submissions
from tests.api.management.caller import Caller, caller
from tests.factories import QualificationFactory, SignatureFactory, TemplateFactory, UserFactory
from tests.reviews.papers import pdf, png

Status = Signature.Status
NOBODY = uuid.UUID(int=7)


def body(app_id: object, /, **changes: object) -> dict:
    usual = {
        "app_id": str(app_id),
        "signature_name": "云上商城",
        "signature_type": "NOTIFY_TYPE",
        "signature_source": 0,
        "is_involved_third": "No",
    }
    return usual | changes


def upload(owner: Caller, content: bytes, name: str = "paper.png", **options) -> object:
    boundary = "frontier"
    part = options.pop("part", "file")
    lines = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n'
        f"Content-Type: image/png\r\n\r\n"
    )
    data = lines.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return owner.send(
        "POST",
        owner.path("upload-files"),
        body=data,
        content_type=f"multipart/form-data; boundary={boundary}",
        **options,
    )


def test_create(owner: Caller) -> None:
    application = owner.application()
    answer = owner.call("POST", "signatures", body(application.public_id, apply_desc="x" * 300))
    signature = Signature.objects.get()
    assert answer.status == 200
    assert answer.body == {
        "id": str(signature.public_id),
        "signature_id": signature.public_id.hex,
        "signature_name": "云上商城",
    }
    assert signature.status == Status.PENDING_REVIEW
    case = Submission.objects.get()
    assert case.submitted_by == owner.membership.user


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"app_id": "nothing"}, "MSGSMS.0014", "app_id=nothing"),
        ({"app_id": str(NOBODY)}, "MSGSMS.0014", "app_id="),
        ({"app_id": 5}, "MSGSMS.0002", "app_id"),
        ({"signature_name": "云"}, "MSGSMS.0002", ""),
        ({"signature_name": "12345"}, "MSGSMS.0002", ""),
        ({"signature_name": "云" * 33}, "MSGSMS.0002", "signature_name"),
        ({"signature_type": "OTHER"}, "MSGSMS.0002", "OTHER"),
        ({"signature_source": 1}, "MSGSMS.0002", "not offered"),
        ({"signature_source": 9}, "MSGSMS.0002", "signature_source"),
        ({"signature_source": ""}, "MSGSMS.0002", "signature_source"),
        ({"signature_source": True}, "MSGSMS.0002", "signature_source"),
        ({"signature_source": 2}, "MSGSMS.0002", "app"),
        ({"is_involved_third": "yes"}, "MSGSMS.0002", "is_involved_third"),
        ({"is_involved_third": True}, "MSGSMS.0002", "is_involved_third"),
        ({"apply_desc": "x" * 301}, "MSGSMS.0002", "300"),
        ({"file_id": "nothing"}, "MSGSMS.0011", "file_id=nothing"),
        ({"power_attorney_fileid": str(NOBODY)}, "MSGSMS.0011", "file_id="),
        ({"qualification_id": "nothing"}, "MSGSMS.0002", "qualification_id=nothing"),
        ({"power_attorney_file_id": "x"}, "MSGSMS.0002", "power_attorney_file_id"),
    ],
)
def test_refused(owner: Caller, changes: dict, code: str, named: str) -> None:
    application = owner.application()
    answer = owner.call("POST", "signatures", body(application.public_id, **changes))
    assert answer.told == (400, code)
    assert named in answer.detail
    assert not Signature.objects.exists()


@pytest.mark.parametrize("document", [[], "text", 5, None, [[]], {"app_id": {}}])
def test_bodies_that_are_no_object(owner: Caller, document: object) -> None:
    answer = owner.call("POST", "signatures", document)
    assert answer.told == (400, "MSGSMS.0002")


def test_a_strangers_application_file_and_qualification(owner: Caller) -> None:
    stranger = caller()
    kept = upload(stranger, png()).body["file_id"]
    qualification = QualificationFactory(customer=stranger.customer, approved=True)
    mine = owner.application().public_id
    for document, code in (
        (body(stranger.application().public_id), "MSGSMS.0014"),
        (body(mine, file_id=kept), "MSGSMS.0011"),
        (body(mine, qualification_id=str(qualification.public_id)), "MSGSMS.0002"),
    ):
        assert owner.call("POST", "signatures", document).told == (400, code)


def test_the_same_name_and_type(owner: Caller) -> None:
    application = owner.application()
    document = body(application.public_id)
    assert owner.call("POST", "signatures", document).status == 200
    assert owner.call("POST", "signatures", document).told == (400, "MSGSMS.0006")


def test_the_quota(owner: Caller, settings) -> None:
    settings.SMS_SIGNATURE_QUOTA = 0
    answer = owner.call("POST", "signatures", body(owner.application().public_id))
    assert answer.told == (400, "MSGSMS.0029")


def test_a_qualification_where_one_is_needed(owner: Caller, settings) -> None:
    settings.SMS_REQUIRE_QUALIFICATION = True
    app_id = owner.application().public_id
    assert owner.call("POST", "signatures", body(app_id)).told == (400, "MSGSMS.0002")
    qualification = QualificationFactory(customer=owner.customer, approved=True)
    with_it = body(app_id, qualification_id=str(qualification.public_id))
    assert owner.call("POST", "signatures", with_it).status == 200
    row = owner.call("GET", "signatures").body["results"][0]
    assert row["qualification_id"] == str(qualification.public_id)
    assert row["qualification_name"] == qualification.name


def test_papers(owner: Caller) -> None:
    licence = upload(owner, png(3, 3)).body["file_id"]
    attorney = upload(owner, pdf(), "paper.pdf", query={"file_desc": "letter"}).body["file_id"]
    proof = upload(owner, png(4, 4), "trademark.png").body["file_id"]
    document = body(
        owner.application().public_id,
        signature_source=5,
        registration_number="R123",
        file_id=licence,
        power_attorney_fileid=attorney,
        signature_related_file_id=proof,
    )
    id = owner.call("POST", "signatures", document).body["id"]
    shown = owner.call("GET", f"signatures/{id}").body
    assert shown["file_id"] == licence
    assert shown["power_attorney_file_id"] == attorney
    assert shown["signature_related_file_id"] == proof
    assert (shown["registration_number"], shown["license_number"]) == ("R123", "")
    kinds = set(Evidence.objects.values_list("kind", flat=True))
    assert kinds == {"certificate", "authorization", "trademark"}
    metadata = owner.call("GET", "upload-files", file_id=attorney).body
    assert metadata == {
        "file_id": attorney,
        "file_name": "paper.pdf",
        "file_ref": 1,
        "file_size": len(pdf()),
        "file_type": 1,
        "module_type": 2,
        "operator": owner.membership.user.email,
        "file_desc": "letter",
        "update_time": metadata["update_time"],
    }


def test_a_licence_must_be_a_picture(owner: Caller) -> None:
    kept = upload(owner, pdf(), "paper.pdf").body["file_id"]
    answer = owner.call("POST", "signatures", body(owner.application().public_id, file_id=kept))
    assert answer.told == (400, "MSGSMS.0002")


def test_older_clients_name_the_source_in_one_field(owner: Caller) -> None:
    document = body(owner.application().public_id, signature_source=2, source_title_content="ICP-1")
    assert owner.call("POST", "signatures", document).status == 200
    assert Signature.objects.get().source_detail == "ICP-1"


@pytest.mark.parametrize(
    ("content", "name", "options"),
    [
        (b"", "paper.png", {}),
        (b"no picture", "paper.png", {}),
        (png(), "a paper.png", {}),
        (png(), "p" * 61 + ".png", {}),
        (b"\x89PNG" + b"x" * (2 * 1024 * 1024), "paper.png", {}),
        (png(), "paper.png", {"part": "picture"}),
        (png(), "paper.png", {"query": {"file_desc": "x" * 65}}),
    ],
)
def test_files_refused(owner: Caller, content: bytes, name: str, options: dict) -> None:
    assert upload(owner, content, name, **options).told == (400, "MSGSMS.0002")
    assert not UploadedFile.objects.exists()


def test_a_file_comes_as_multipart(owner: Caller) -> None:
    answer = owner.call("POST", "upload-files", {"file": "text"})
    assert answer.told == (400, "MSGSMS.0002")
    assert "multipart/form-data" in answer.detail
    broken = owner.send(
        "POST", owner.path("upload-files"), body=b"x", content_type="multipart/form-data"
    )
    assert broken.told == (400, "MSGSMS.0002")


def test_viewers_upload_nothing(owner: Caller) -> None:
    assert upload(caller(Membership.Role.VIEWER), png()).told == (403, "MSGSMS.0054")


def test_files_are_encrypted_and_audited(owner: Caller) -> None:
    upload(owner, png())
    assert AuditEvent.objects.get(verb="upload").actor == owner.membership.user
    kept = UploadedFile.objects.get()
    with kept.file.open("rb") as stored:
        assert b"PNG" not in stored.read()


def test_unused_files_are_forgotten(owner: Caller) -> None:
    used = upload(owner, png(3, 3)).body["file_id"]
    upload(owner, png(4, 4))
    owner.call("POST", "signatures", body(owner.application().public_id, file_id=used))
    assert forget_uploads() == 0
    UploadedFile.objects.update(uploaded_at=now().replace(year=2020))
    unused = UploadedFile.objects.exclude(public_id=used).get()
    assert forget_uploads() == 1
    assert str(UploadedFile.objects.get().public_id) == used
    assert not unused.file.storage.exists(unused.file.name)


@pytest.mark.parametrize("file_id", ["nothing", str(NOBODY), "x y"])
def test_unknown_files(owner: Caller, file_id: str) -> None:
    assert owner.call("GET", "upload-files", file_id=file_id).told == (400, "MSGSMS.0011")
    assert owner.call("GET", "upload-files").told == (400, "MSGSMS.0002")


def test_show(owner: Caller) -> None:
    signature = SignatureFactory(application=owner.application(), usable=True)
    shown = owner.call("GET", f"signatures/{signature.public_id}").body
    assert set(shown) == {
        *("id", "create_time", "update_time", "customer_id", "tenant", "signature_name"),
        *("signature_id", "signature_type", "app_name", "app_key", "apply_desc", "channel_num"),
        *("review_desc", "file_id", "status", "site", "signature_source", "is_involved_third"),
        *("power_attorney_file_id", "urge_status", "urge_time", "urge_desc"),
        *("source_title_content", "signature_usage", "qualification_id", "qualification_name"),
        *("signature_related_file_id", "registration_number", "license_number"),
    }
    assert shown["channel_num"] == signature.channel_number
    assert shown["status"] == "REVIEW_PROCESSING_COMPLETED"
    assert shown["app_key"] == signature.application.app_key
    assert shown["file_id"] == ""


def test_what_the_reviewer_said(owner: Caller) -> None:
    owner.call("POST", "signatures", body(owner.application().public_id))
    signature = Signature.objects.get()
    decide.reject(
        submission=submissions.open_case_of(signature),
        reviewer=UserFactory(reviewer=True),
        reason_codes=["NEUTRAL_SIGNATURE"],
        comment="上传的执照不清楚",
    )
    row = owner.call("GET", "signatures", status="REVIEW_NOT_PASS").body["results"][0]
    assert row["review_desc"] == "上传的执照不清楚"
    assert (row["urge_status"], row["urge_time"]) == ("No", None)


def test_update(owner: Caller) -> None:
    signature = SignatureFactory(application=owner.application(), rejected=True)
    document = body(signature.application.public_id, signature_name="新的商城")
    answer = owner.call("PUT", f"signatures/{signature.public_id}", document)
    assert answer.body["signature_name"] == "新的商城"
    signature.refresh_from_db()
    assert signature.status == Status.PENDING_REVIEW


@pytest.mark.parametrize("traits", [{}, {"usable": True}])
def test_only_rejected_ones_are_updated(owner: Caller, traits: dict) -> None:
    signature = SignatureFactory(application=owner.application(), **traits)
    answer = owner.call(
        "PUT", f"signatures/{signature.public_id}", body(signature.application.public_id)
    )
    assert answer.told == (400, "MSGSMS.0007")


def test_a_signature_stays_with_its_application(owner: Caller) -> None:
    signature = SignatureFactory(application=owner.application(), rejected=True)
    document = body(owner.application().public_id)
    answer = owner.call("PUT", f"signatures/{signature.public_id}", document)
    assert answer.told == (400, "MSGSMS.0002")


def test_delete(owner: Caller) -> None:
    template = TemplateFactory(application=owner.application(), adopted=True)
    path = f"signatures/{template.signature.public_id}"
    answer = owner.call("DELETE", path)
    assert (answer.status, answer.body) == (204, None)
    assert owner.call("DELETE", path).told == (400, "MSGSMS.0005")
    assert owner.call("GET", f"templates/{template.public_id}").told == (400, "MSGSMS.0009")


def test_activate(owner: Caller) -> None:
    signature = SignatureFactory(
        application=owner.application(), usable=True, status=Status.TO_BE_ACTIVATED
    )
    path = f"signatures/{signature.public_id}/active"
    answer = owner.call("PUT", path)
    assert (answer.status, answer.body) == (200, None)
    signature.refresh_from_db()
    assert signature.status == Status.PENDING_ACTIVATE
    assert owner.call("PUT", path).body == {
        "error_code": "MSGSMS.0130",
        "error_msg": "Signature status should be to be activated.",
        "error_detail": "Signature status should be TO_BE_ACTIVATED.",
    }


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", "signatures/{}"),
        ("PUT", "signatures/{}"),
        ("DELETE", "signatures/{}"),
        ("PUT", "signatures/{}/active"),
    ],
)
def test_strangers_do_not_exist(owner: Caller, method: str, rest: str) -> None:
    theirs = SignatureFactory(status=Status.TO_BE_ACTIVATED)
    document = body(owner.application().public_id) if method == "PUT" else None
    for id in (theirs.public_id, NOBODY, "nothing"):
        answer = owner.call(method, rest.format(id), document)
        assert answer.told == (400, "MSGSMS.0005")
    theirs.refresh_from_db()
    assert (theirs.deleted_at, theirs.status) == (None, Status.TO_BE_ACTIVATED)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["乙方商城", "甲方商城"]),
        ({"sort_dir": "asc"}, ["甲方商城", "乙方商城"]),
        ({"signature_name": "甲"}, ["甲方商城"]),
        ({"signature_type": "PROMOTION_TYPE"}, ["乙方商城"]),
        ({"status": "REVIEW_NOT_PASS"}, ["乙方商城"]),
        ({"app_name": "first"}, ["甲方商城"]),
        ({"signature_id": "nothing"}, []),
        ({"site": "hk"}, ["乙方商城", "甲方商城"]),
        ({"limit": 1}, ["乙方商城"]),
    ],
)
def test_list(owner: Caller, query: dict, names: list[str]) -> None:
    SignatureFactory()
    SignatureFactory(application=owner.application(name="first"), name="甲方商城")
    SignatureFactory(
        application=owner.application(name="second"),
        name="乙方商城",
        type="PROMOTION_TYPE",
        rejected=True,
    )
    found = owner.call("GET", "signatures", **query).body
    assert [row["signature_name"] for row in found["results"]] == names


def test_list_by_signature_id(owner: Caller) -> None:
    signature = SignatureFactory(application=owner.application())
    found = owner.call("GET", "signatures", signature_id=signature.public_id.hex).body
    assert [row["id"] for row in found["results"]] == [str(signature.public_id)]
    assert json.dumps(found)


def test_a_page_takes_few_queries(owner: Caller, django_assert_max_num_queries) -> None:
    application = owner.application()
    for _ in range(5):
        SignatureFactory(application=application)
    with django_assert_max_num_queries(12):
        assert owner.call("GET", "signatures").body["total"] == 5
