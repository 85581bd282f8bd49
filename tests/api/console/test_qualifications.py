"""Qualifications: applied for with uploaded papers, followed, corrected, withdrawn, deleted."""

import json

import pytest

from reviews.models import Evidence, Qualification
from tests.api.console.caller import ConsoleCaller, console_caller
from tests.api.console.sending import queries_of
from tests.factories import QualificationFactory
from tests.reviews.papers import png

ID_NUMBER = "11010519491231002X"
PAPERS = ("certificate", "id_front", "id_back", "id_in_hand")
BODY = {
    "name": "云上商城",
    "purpose": "self_use",
    "enterprise_name": "云上商城有限公司",
    "enterprise_type": "enterprise",
    "certificate_type": "business_licence",
    "credit_code": "91350100M000100Y43",
    "legal_person": "示例甲",
    "legal_person_id_number": ID_NUMBER,
    "administrator_role": "handler",
    "administrator": "示例乙",
    "administrator_id_number": ID_NUMBER,
    "administrator_mobile": "13800138000",
    "remarks": "Signatures of two apps",
}


def upload(caller: ConsoleCaller) -> str:
    """A picture, uploaded as papers of signatures are; its id."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="paper.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + png() + b"\r\n--x--\r\n"
    )
    path = f"/v2/{caller.customer.project_id}/msgsms/upload-files"
    answer = caller.send("POST", path, body=body, content_type="multipart/form-data; boundary=x")
    assert answer.status == 200
    return answer.body["file_id"]


def with_papers(caller: ConsoleCaller, **changes: object) -> dict[str, object]:
    file_id = upload(caller)
    return BODY | {f"{paper}_file_id": file_id for paper in PAPERS} | changes


def test_applied_for_withdrawn_corrected_and_deleted(owner: ConsoleCaller):
    made = owner.call("POST", "qualifications", with_papers(owner))
    assert (made.status, made.body["status"]) == (200, "PENDING_REVIEW")
    path = f"qualifications/{made.body['id']}"
    assert owner.call("GET", path).body == made.body
    assert ID_NUMBER not in json.dumps(made.body)
    assert Evidence.objects.filter(qualification__name=BODY["name"]).count() == 4
    assert owner.call("PUT", path, BODY).told == (400, "MSGSMS.0002")
    assert owner.call("DELETE", path).told == (400, "MSGSMS.0002")
    assert owner.call("POST", f"{path}/withdraw").body["status"] == "WITHDRAWN"
    assert owner.call("POST", f"{path}/withdraw").told == (400, "MSGSMS.0029")
    again = owner.call("PUT", path, BODY | {"name": "云下商城"})
    assert (again.body["name"], again.body["status"]) == ("云下商城", "PENDING_REVIEW")
    assert owner.call("POST", f"{path}/withdraw").status == 200
    assert owner.call("DELETE", path).status == 204
    assert owner.call("GET", path).told == (404, "CONSOLE.0404")
    assert owner.call("GET", "qualifications").body["total"] == 0


def test_listed_and_filtered(owner: ConsoleCaller):
    few = queries_of(owner, "qualifications")
    QualificationFactory(customer=owner.customer, name="资质一", approved=True)
    one = queries_of(owner, "qualifications")
    QualificationFactory(customer=owner.customer, name="资质二")
    assert queries_of(owner, "qualifications") == one
    assert one <= few + 2
    for query, total in (
        ({}, 2),
        ({"name": "资质"}, 2),
        ({"name": "二"}, 1),
        ({"status": "APPROVED"}, 1),
        ({"status": ""}, 2),
    ):
        assert owner.call("GET", "qualifications", **query).body["total"] == total, query
    assert owner.call("GET", "qualifications", status="x").told == (400, "MSGSMS.0002")


def test_what_is_refused(owner: ConsoleCaller):
    papers = with_papers(owner)
    theirs = upload(console_caller())
    for change, told, found in (
        ({"credit_code": "1"}, "MSGSMS.0002", "social credit code"),
        ({"administrator_mobile": "123"}, "MSGSMS.0002", "mobile number"),
        ({"administrator_id_number": "1"}, "MSGSMS.0002", "identity number"),
        ({"purpose": "third_party"}, "MSGSMS.0002", "6 months or longer"),
        ({"purpose": "x"}, "MSGSMS.0002", "purpose"),
        ({"authorization_until": "x"}, "MSGSMS.0002", "authorization_until"),
        ({"authorization_until": "2030-01-01"}, "MSGSMS.0002", "Leave the date empty"),
        ({"certificate_file_id": ""}, "MSGSMS.0002", "is missing"),
        ({"certificate_file_id": "x"}, "MSGSMS.0011", "file_id=x"),
        ({"certificate_file_id": theirs}, "MSGSMS.0011", "file_id="),
        ({"name": None}, "MSGSMS.0002", "name"),
        ({"legal_person": ["x"]}, "MSGSMS.0002", "legal_person"),
        ({"more": 1}, "MSGSMS.0002", "there is no such field"),
    ):
        answer = owner.call("POST", "qualifications", papers | change)
        assert answer.told == (400, told), change
        assert found in answer.detail, change
    assert not Qualification.objects.exists()


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_lesser_roles_only_read(owner: ConsoleCaller, role: str):
    row = QualificationFactory(customer=owner.customer)
    colleague, path = owner.colleague(role), f"qualifications/{row.public_id}"
    assert colleague.call("GET", path).status == 200
    for method, rest in (
        ("POST", "qualifications"),
        ("PUT", path),
        ("DELETE", path),
        ("POST", f"{path}/withdraw"),
    ):
        assert colleague.call(method, rest, BODY).told == (403, "MSGSMS.0054")


def test_strangers_find_nothing(owner: ConsoleCaller):
    row = QualificationFactory(customer=owner.customer)
    stranger = console_caller()
    assert stranger.call("GET", "qualifications").body["total"] == 0
    for method, rest in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/withdraw")):
        for id in (row.public_id, "x", "5b0d1f2e-0000-4000-8000-000000000000"):
            answer = stranger.call(method, f"qualifications/{id}{rest}", BODY)
            assert answer.told == (404, "CONSOLE.0404")
