"""Operations 14 to 21: templates and countries."""

import uuid

import pytest

from reviews.models import Signature, Submission, Template
from reviews.services import decide, deleting, submissions
from tests.api.management.caller import Caller, caller
from tests.factories import SignatureFactory, TemplateFactory, UserFactory

Status = Template.Status
CONTENT = "您的订单${1}已发货，请留意查收。"
CHARDIGIT = {"variable_index": 1, "variable_type": "CHARDIGIT"}


def body(signature: Signature, **changes: object) -> dict:
    usual = {
        "app_id": str(signature.application.public_id),
        "template_name": "发货",
        "template_type": "NOTIFY_TYPE",
        "template_content": CONTENT,
        "region": "cn",
        "sign_id": str(signature.public_id),
        "variable_attributes": [CHARDIGIT],
    }
    return usual | changes


@pytest.fixture
def signature(owner: Caller) -> Signature:
    return SignatureFactory(application=owner.application(), usable=True)


def made(signature: Signature, **traits: object) -> Template:
    return TemplateFactory(
        application=signature.application, signature=signature, name="发货", **traits
    )


def put(owner: Caller, template: Template, **changes: object) -> object:
    document = body(template.signature, **changes)
    return owner.call("PUT", f"templates/{template.public_id}", document)


def test_create(owner: Caller, signature: Signature) -> None:
    answer = owner.call("POST", "templates", body(signature, template_name="发" * 128))
    template = Template.objects.get()
    assert answer.status == 200
    assert answer.body == {"id": str(template.public_id), "template_name": "发" * 128}
    assert template.status == Status.REVIEWING
    assert template.variable_attributes == [{"name": "1", "attribute": "CHARDIGIT"}]
    assert Submission.objects.get().is_waiting


def test_the_type_is_the_signatures(owner: Caller, signature: Signature) -> None:
    document = body(signature, template_type="PROMOTION_TYPE", universal_template=0)
    assert owner.call("POST", "templates", document).status == 200
    assert Template.objects.get().type == "NOTIFY_TYPE"


def test_universal(owner: Caller, signature: Signature) -> None:
    assert owner.call("POST", "templates", body(signature, universal_template=1)).status == 200
    template = Template.objects.get()
    assert template.is_universal
    shown = owner.call("GET", f"templates/{template.public_id}").body
    assert (shown["universal_template"], shown["sign_id"]) == (1, "")


def test_a_draft(owner: Caller, signature: Signature) -> None:
    assert owner.call("POST", "templates", body(signature, flow_status="Pending")).status == 200
    assert Template.objects.get().status == Status.PENDING
    assert not Submission.objects.get().is_waiting


def test_it_waits_for_its_signature(owner: Caller) -> None:
    signature = SignatureFactory(application=owner.application())
    owner.call("POST", "templates", body(signature))
    assert owner.call("GET", "templates").body["results"][0]["flow_status"] == "SignReviewing"


@pytest.mark.parametrize(
    ("changes", "told", "named"),
    [
        ({"app_id": "nothing"}, (400, "MSGSMS.0014"), "app_id=nothing"),
        ({"sign_id": "nothing"}, (400, "MSGSMS.0012"), "sign_id=nothing"),
        ({"sign_id": ""}, (400, "MSGSMS.0012"), "sign_id"),
        ({"sign_id": None}, (400, "MSGSMS.0012"), "sign_id"),
        ({"template_name": "x" * 129}, (400, "MSGSMS.0002"), "template_name"),
        ({"template_name": " "}, (400, "MSGSMS.0002"), "template_name"),
        ({"template_content": "x" * 501}, (400, "MSGSMS.0002"), "template_content"),
        ({"template_content": "【商城】${1}"}, (400, "MSGSMS.0002"), "【"),
        ({"template_desc": "x" * 301}, (400, "MSGSMS.0002"), "300"),
        ({"region": "intl"}, (403, "MSGSMS.0104"), "intl"),
        ({"brackets": "GB"}, (400, "MSGSMS.0002"), "brackets"),
        ({"universal_template": 2}, (400, "MSGSMS.0002"), "universal_template"),
        ({"universal_template": 1, "template_type": ""}, (400, "MSGSMS.0002"), "template_type"),
        ({"universal_template": 1, "template_type": "X"}, (400, "MSGSMS.0002"), "X"),
        ({"send_country": [1, 2, 3, 4]}, (400, "MSGSMS.0002"), "send_country"),
        ({"send_country": "86"}, (400, "MSGSMS.0002"), "send_country"),
        ({"flow_status": "Adopted"}, (400, "MSGSMS.0002"), "flow_status"),
        ({"variable_attributes": []}, (400, "MSGSMS.0002"), "variable 1 has no type"),
        ({"variable_attributes": [CHARDIGIT] * 2}, (400, "MSGSMS.0002"), "each index once"),
        ({"variable_attributes": [CHARDIGIT] * 21}, (400, "MSGSMS.0002"), "variable_attributes"),
        ({"variable_attributes": [5]}, (400, "MSGSMS.0002"), "variable_attributes"),
        ({"variable_attributes": {}}, (400, "MSGSMS.0002"), "variable_attributes"),
        (
            {"variable_attributes": [CHARDIGIT | {"variable_index": 2}]},
            (400, "MSGSMS.0002"),
            "the text has 1 variables",
        ),
        (
            {"variable_attributes": [CHARDIGIT | {"variable_index": 0}]},
            (400, "MSGSMS.0002"),
            "variable_index",
        ),
        (
            {"variable_attributes": [CHARDIGIT | {"variable_type": "NOTHING"}]},
            (400, "MSGSMS.0002"),
            "NOTHING",
        ),
        (
            {"variable_attributes": [CHARDIGIT | {"variable_type": "TEXT"}]},
            (400, "MSGSMS.0002"),
            "variable_desc",
        ),
        ({"variable_attributes": [CHARDIGIT | {"x": 1}]}, (400, "MSGSMS.0002"), "x"),
    ],
)
def test_refused(
    owner: Caller, signature: Signature, changes: dict, told: tuple[int, str], named: str
) -> None:
    answer = owner.call("POST", "templates", body(signature, **changes))
    assert answer.told == told
    assert named in answer.detail
    assert not Template.objects.exists()


def test_brackets_that_mean_cn(owner: Caller, signature: Signature) -> None:
    for brackets in ("CN", "anything", "", None):
        assert owner.call("POST", "templates", body(signature, brackets=brackets)).status == 200


def test_a_signature_of_another_application(owner: Caller, signature: Signature) -> None:
    other = owner.application()
    answer = owner.call("POST", "templates", body(signature, app_id=str(other.public_id)))
    assert answer.told == (400, "MSGSMS.0012")


def test_a_strangers_signature(owner: Caller, signature: Signature) -> None:
    theirs = SignatureFactory(usable=True)
    answer = owner.call("POST", "templates", body(signature, sign_id=str(theirs.public_id)))
    assert answer.told == (400, "MSGSMS.0012")


def test_the_quota(owner: Caller, signature: Signature, settings) -> None:
    settings.SMS_TEMPLATE_QUOTA = 0
    assert owner.call("POST", "templates", body(signature)).told == (400, "MSGSMS.0029")


def test_show(owner: Caller, signature: Signature) -> None:
    template = made(signature, adopted=True)
    shown = owner.call("GET", f"templates/{template.public_id}").body
    assert set(shown) == {
        *("id", "create_time", "update_time", "customer_id", "tenant", "template_name"),
        *("template_id", "template_type", "app_name", "app_key", "sign_id", "template_content"),
        *("has_variable", "template_desc", "review_desc", "review_order", "flow_status"),
        *("universal_template", "status", "region", "brackets", "site", "urge_status"),
        *("urge_time", "urge_desc", "send_country1", "send_country2", "send_country3"),
        *("is_support_multiomp", "country_name"),
    }
    assert shown["template_id"] == template.template_id
    assert shown["sign_id"] == str(signature.public_id)
    assert (shown["has_variable"], shown["status"]) == ("Yes", "Normal")


def test_no_template_id_before_approval(owner: Caller, signature: Signature) -> None:
    template = made(signature)
    assert owner.call("GET", f"templates/{template.public_id}").body["template_id"] == ""


def test_what_the_reviewer_said(owner: Caller, signature: Signature) -> None:
    owner.call("POST", "templates", body(signature))
    template = Template.objects.get()
    decide.reject(
        submission=submissions.open_case_of(template),
        reviewer=UserFactory(reviewer=True),
        reason_codes=["WRONG_SIGNATURE_TEST_OR_GENERAL"],
        comment="变量太多",
    )
    shown = owner.call("GET", f"templates/{template.public_id}").body
    assert (shown["flow_status"], shown["review_desc"]) == ("Reject", "变量太多")


@pytest.mark.parametrize("status", [Status.REJECT, Status.PENDING, Status.DISABLE])
@pytest.mark.parametrize("flow_status", [None, "Reviewing"])
def test_change_and_submit(
    owner: Caller, signature: Signature, status: str, flow_status: str | None
) -> None:
    template = made(signature, status=status)
    answer = put(owner, template, flow_status=flow_status, template_name="新")
    assert answer.body["template_name"] == "新"
    template.refresh_from_db()
    assert (template.status, template.name) == (Status.REVIEWING, "新")


def test_change_and_keep_as_a_draft(owner: Caller, signature: Signature) -> None:
    template = made(signature, rejected=True)
    assert put(owner, template, flow_status="Pending", template_name="新").status == 200
    template.refresh_from_db()
    assert (template.status, template.name) == (Status.PENDING, "新")


@pytest.mark.parametrize("name", ["发货", "新"])
def test_withdraw(owner: Caller, signature: Signature, name: str) -> None:
    owner.call("POST", "templates", body(signature))
    template = Template.objects.get()
    assert put(owner, template, flow_status="Pending", template_name=name).status == 200
    template.refresh_from_db()
    assert (template.status, template.name) == (Status.PENDING, name)
    assert submissions.open_case_of(template) is None


def test_a_pending_one_is_withdrawn_first(owner: Caller, signature: Signature) -> None:
    template = made(signature)
    assert put(owner, template).told == (400, "MSGSMS.0010")


def test_an_approved_one_is_renamed(owner: Caller, signature: Signature) -> None:
    template = made(signature, adopted=True)
    assert put(owner, template, template_name="新").status == 200
    template.refresh_from_db()
    assert (template.status, template.name) == (Status.ADOPTED, "新")


def test_an_approved_one_keeps_its_text(owner: Caller, signature: Signature) -> None:
    answer = put(owner, made(signature, adopted=True), template_content="另一个${1}。")
    assert answer.told == (400, "MSGSMS.0187")
    assert answer.body["error_msg"].startswith("An approved template can only be renamed.")


@pytest.mark.parametrize(
    ("status", "flow_status"),
    [
        (Status.ADOPTED, "Pending"),
        (Status.REJECT, "Disable"),
        (Status.REVIEWING, "Disable"),
        (Status.ADOPTED_INACTIVE, None),
        (Status.ADOPTED_INACTIVE, "Pending"),
    ],
)
def test_steps_refused(
    owner: Caller, signature: Signature, status: str, flow_status: str | None
) -> None:
    template = made(signature, status=status)
    assert put(owner, template, flow_status=flow_status).told == (400, "MSGSMS.0010")


def test_disable(owner: Caller, signature: Signature) -> None:
    template = made(signature, adopted=True)
    assert put(owner, template, flow_status="Disable").status == 200
    template.refresh_from_db()
    assert template.status == Status.DISABLE


def test_a_template_stays_with_its_application(owner: Caller, signature: Signature) -> None:
    template = made(signature, rejected=True)
    other = SignatureFactory(application=owner.application(), usable=True)
    answer = put(owner, template, app_id=str(other.application.public_id))
    assert answer.told == (400, "MSGSMS.0002")


def test_delete(owner: Caller, signature: Signature) -> None:
    path = f"templates/{made(signature, adopted=True).public_id}"
    answer = owner.call("DELETE", path)
    assert (answer.status, answer.body) == (204, None)
    assert owner.call("DELETE", path).told == (400, "MSGSMS.0009")


def test_a_pending_one_is_not_deleted(owner: Caller, signature: Signature) -> None:
    answer = owner.call("DELETE", f"templates/{made(signature).public_id}")
    assert answer.told == (400, "MSGSMS.0029")
    assert "Withdraw" in answer.detail


def test_delete_several(owner: Caller, signature: Signature) -> None:
    good, pending = made(signature, adopted=True), made(signature)
    theirs = TemplateFactory(adopted=True)
    ids = [str(good.public_id), str(pending.public_id), str(theirs.public_id), "nothing"]
    answer = owner.call("POST", "templates/batch-delete", {"ids": ids})
    assert answer.status == 200
    assert answer.body["success_ids"] == [str(good.public_id)]
    assert (answer.body["success_count"], answer.body["failed_count"]) == (1, 3)
    failed = answer.body["failed_template_list"]
    assert [one["id"] for one in failed] == ids[1:]
    assert failed[1]["error_msg"] == failed[2]["error_msg"] == "Template does not exist."
    assert Template.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("ids", [None, [], ["x"] * 51, "x", [5], ["x" * 65], {"x": 1}])
def test_delete_several_refused(owner: Caller, ids: object) -> None:
    answer = owner.call("POST", "templates/batch-delete", {"ids": ids})
    assert answer.told == (400, "MSGSMS.0002")


def test_variables(owner: Caller, signature: Signature) -> None:
    content = "您好${1}，您的订单${2}已发货，请留意查收。"
    attributes = [
        {"variable_index": 2, "variable_type": "CHARDIGIT"},
        {"variable_index": 1, "variable_type": "TEXT", "variable_desc": "客户姓名"},
    ]
    document = body(signature, template_content=content, variable_attributes=attributes)
    id = owner.call("POST", "templates", document).body["id"]
    found = owner.call("GET", f"templates/{id}/varilable").body
    assert found["total"] == 2
    first, second = found["results"]
    assert first == {
        "id": first["id"],
        "user_name": None,
        "temp_name": "发货",
        "variable_index": 1,
        "variable_type": "TEXT",
        "variable_length": 20,
        "variable_desc": "客户姓名",
    }
    assert second["variable_type"] == "CHARDIGIT"
    assert first["id"] != second["id"]


def test_variables_named_after_their_type(owner: Caller, signature: Signature) -> None:
    document = body(
        signature, template_content="您的订单${NUM_6}已发货，请留意查收。", variable_attributes=None
    )
    id = owner.call("POST", "templates", document).body["id"]
    only = owner.call("GET", f"templates/{id}/varilable").body["results"][0]
    assert (only["variable_type"], only["variable_length"]) == ("NUM_6", 6)


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", "templates/{}"),
        ("PUT", "templates/{}"),
        ("DELETE", "templates/{}"),
        ("GET", "templates/{}/varilable"),
    ],
)
def test_strangers_do_not_exist(
    owner: Caller, signature: Signature, method: str, rest: str
) -> None:
    theirs = TemplateFactory(rejected=True)
    for id in (theirs.public_id, uuid.uuid4(), "nothing"):
        document = body(signature) if method == "PUT" else None
        answer = owner.call(method, rest.format(id), document)
        assert answer.told == (400, "MSGSMS.0009")
    theirs.refresh_from_db()
    assert (theirs.deleted_at, theirs.status) == (None, Status.REJECT)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["二", "一"]),
        ({"sort_dir": "asc"}, ["一", "二"]),
        ({"template_name": "一"}, ["一"]),
        ({"template_type": "NOTIFY_TYPE"}, ["二", "一"]),
        ({"template_id": "0" * 32}, ["一"]),
        ({"template_id": "nothing"}, []),
        ({"flow_status": "Reject"}, ["二"]),
        ({"has_variable": "Yes"}, ["一"]),
        ({"has_variable": "No"}, ["二"]),
        ({"sign_name": "云上"}, ["一"]),
        ({"app_name": "shop"}, ["二", "一"]),
        ({"app_key": "nothing"}, []),
        ({"region": "intl"}, []),
        ({"limit": 1, "offset": 1}, ["一"]),
    ],
)
def test_list(owner: Caller, query: dict, names: list[str]) -> None:
    TemplateFactory()
    application = owner.application(name="shop")
    TemplateFactory(application=application, name="一", adopted=True, template_id="0" * 32)
    TemplateFactory(
        application=application, name="二", rejected=True, universal=True, content="店庆到了。"
    )
    found = owner.call("GET", "templates", **query).body
    assert [row["template_name"] for row in found["results"]] == names


def test_has_variable_is_yes_or_no(owner: Caller) -> None:
    assert owner.call("GET", "templates", has_variable="true").told == (400, "MSGSMS.0002")


@pytest.mark.parametrize(
    ("query", "count"),
    [({}, 1), ({"country_name_en": "china"}, 1), ({"country_name_zh": "法国"}, 0)],
)
def test_countries(owner: Caller, query: dict, count: int) -> None:
    answer = owner.call("GET", "country", **query)
    assert len(answer.body) == count
    if count:
        assert answer.body[0]["country_id"] == 86


def test_strangers_callers_see_nothing(owner: Caller, signature: Signature) -> None:
    made(signature, adopted=True)
    assert caller().call("GET", "templates").body == {"results": [], "total": 0}


def test_deleted_in_the_meantime(owner: Caller, signature: Signature, monkeypatch) -> None:
    def lose(**_: object) -> None:
        raise Template.DoesNotExist

    monkeypatch.setattr(deleting, "delete_template", lose)
    template = made(signature, adopted=True)
    answer = owner.call("POST", "templates/batch-delete", {"ids": [str(template.public_id)]})
    assert answer.body["failed_template_list"][0]["error_msg"] == "Template does not exist."
