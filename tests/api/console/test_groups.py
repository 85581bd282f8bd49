"""Group tasks over the API: from a list or a file to the result of each number."""

import json
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from jsonschema import Draft202012Validator

from api.console import idempotency
from api.openapi import document
from customers.models import Membership
from messaging.groups import checking, counting, sending
from messaging.models import GroupTask
from messaging.models.partitions import ensure_partitions
from messaging.services import catalogue
from reviews.models import Template
from reviews.models.kinds import MessageType
from tests.api.console.caller import ConsoleCaller, console_caller
from tests.api.management.caller import Answer
from tests.factories import ChannelFactory, SignatureFactory, TemplateFactory

NUMBERS = ["13800000000", "13800000001", "13800000002"]
GROUP = "/v1/{project_id}/console/groups"


@pytest.fixture
def template(owner: ConsoleCaller) -> Template:
    """A template without variables, ready to be sent over a channel."""
    catalogue.forget()
    ensure_partitions()
    ChannelFactory(is_default=True)
    application = owner.application()
    signature = SignatureFactory(usable=True, application=application)
    return TemplateFactory(
        adopted=True, application=application, signature=signature, content="您的包裹已送达。"
    )


def create(owner: ConsoleCaller, template: Template, **body: Any) -> Answer:
    given = {"name": "Parcels", "template_id": template.template_id, "numbers": NUMBERS}
    return owner.call("POST", "groups", given | body)


def checked(owner: ConsoleCaller, template: Template, **body: Any) -> str:
    """The id of a task whose list has been checked."""
    answer = create(owner, template, **body)
    assert answer.status == 200, answer.body
    checking.check(GroupTask.objects.get(public_id=answer.body["id"]).pk)
    return str(answer.body["id"])


def started(owner: ConsoleCaller, template: Template, **body: Any) -> str:
    id = checked(owner, template, **body)
    assert owner.call("POST", f"groups/{id}/start", {}).status == 200
    sending.start_due(timezone.now())
    return id


def all_sent(id: str) -> None:
    task = GroupTask.objects.get(public_id=id)
    while sending.send_slices(task.pk, budget=20):
        pass
    counting.count(task.pk)


def multipart(fields: dict[str, str], file: bytes, name: str = "list.csv") -> tuple[bytes, str]:
    edge = "edge-of-parts"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = b"".join(parts) + head.encode() + file + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"


def upload(owner: ConsoleCaller, template: Template, file: bytes, **fields: str) -> Answer:
    given = {"name": "Parcels", "template_id": template.template_id} | fields
    body, content_type = multipart(given, file)
    return owner.send("POST", owner.path("groups"), body=body, content_type=content_type)


class TestTheWayOfATask:
    def test_from_a_list_to_the_result_of_each_number(self, owner, template, described):
        answer = create(owner, template, rate=500)
        assert (answer.body["state"], answer.body["rate"]) == ("checking", 500)
        described("post", GROUP, answer)
        id = answer.body["id"]
        checking.check(GroupTask.objects.get().pk)
        shown = owner.call("GET", f"groups/{id}")
        described("get", f"{GROUP}/{{id}}", shown)
        assert shown.body["state"] == "checked"
        assert shown.body["rows"] == {
            "total": 3, "valid": 3, "invalid": 0, "duplicate": 0, "blocked": 0
        }  # fmt: skip
        begun = owner.call("POST", f"groups/{id}/start", {})
        assert begun.body["state"] == "pending"
        described("post", f"{GROUP}/{{id}}/start", begun)
        sending.start_due(timezone.now())
        all_sent(id)
        counts = owner.call("GET", f"groups/{id}").body["counts"]
        assert (counts["accepted"], counts["waiting"]) == (3, 3)
        first = owner.call("GET", f"groups/{id}/numbers", limit=2)
        described("get", f"{GROUP}/{{id}}/numbers", first)
        assert first.body["next"] == 2
        rest = owner.call("GET", f"groups/{id}/numbers", limit=2, after=first.body["next"])
        assert rest.body["next"] is None
        rows = first.body["results"] + rest.body["results"]
        assert [row["number"] for row in rows] == [f"+86{number}" for number in NUMBERS]
        assert all(row["sms_msg_id"] and row["outcome"] == "waiting" for row in rows)

    def test_rows_with_values(self, owner, template):
        valued = TemplateFactory(
            adopted=True,
            application=template.application,
            signature=template.signature,
            content="您的订单${1}已送达。",
            variable_attributes=[{"name": "1", "attribute": "CHARDIGIT"}],
        )
        body = {"name": "Orders", "template_id": str(valued.public_id)}
        body["rows"] = [["13800000000", 'A"1,'], ["13800000001", "A2"], ["123", "A3"]]
        answer = owner.call("POST", "groups", body)
        assert answer.status == 200, answer.body
        id = answer.body["id"]
        checking.check(GroupTask.objects.get().pk)
        shown = owner.call("GET", f"groups/{id}").body
        assert (shown["rows"]["total"], shown["rows"]["valid"]) == (3, 1)
        problems = owner.call("GET", f"groups/{id}/problems", limit=1)
        assert problems.body["next"] == problems.body["results"][0]["line"]
        again = owner.call("GET", f"groups/{id}/problems", after=problems.body["next"])
        assert {row["value"] for row in problems.body["results"] + again.body["results"]} >= {"123"}
        unanswered = owner.call("POST", f"groups/{id}/start", {})
        assert unanswered.told == (400, "MSGSMS.0002")
        assert "rows cannot be sent" in unanswered.detail
        accepted = owner.call("POST", f"groups/{id}/start", {"accept_problems": True})
        assert accepted.body["state"] == "pending"

    def test_from_a_file(self, owner, template, described):
        answer = upload(owner, template, "\n".join(NUMBERS).encode(), rate="7")
        assert answer.status == 200, answer.body
        described("post", GROUP, answer)
        assert (answer.body["file_name"], answer.body["rate"]) == ("list.csv", 7)
        checking.check(GroupTask.objects.get().pk)
        assert owner.call("GET", f"groups/{answer.body['id']}").body["rows"]["valid"] == 3

    def test_a_universal_template_takes_the_signature_that_is_named(self, owner, template):
        universal = TemplateFactory(
            adopted=True, application=template.application, signature=None, content="您好。"
        )
        missing = create(owner, universal)
        assert missing.told == (400, "MSGSMS.0002")
        assert "universal" in missing.detail
        answer = create(owner, universal, sign_id=str(template.signature.public_id))
        assert answer.body["signature_name"] == template.signature.name

    def test_planned_and_cancelled_and_deleted(self, owner, template, described):
        id = checked(owner, template)
        start = timezone.localtime(timezone.now() + timedelta(hours=3))
        body = {"scheduled_at": f"{start:%Y-%m-%d %H:%M:%S}"}
        planned = owner.call("POST", f"groups/{id}/start", body)
        assert planned.body["scheduled_at"] == body["scheduled_at"]
        cancelled = owner.call("POST", f"groups/{id}/cancel")
        assert (cancelled.body["state"], cancelled.body["is_settled"]) == ("canceled", True)
        described("post", f"{GROUP}/{{id}}/cancel", cancelled)
        assert owner.call("DELETE", f"groups/{id}").status == 204
        assert owner.call("GET", f"groups/{id}").told == (404, "CONSOLE.0404")

    def test_paused_resumed_stopped(self, owner, template):
        id = started(owner, template)
        assert owner.call("POST", f"groups/{id}/pause").body["state"] == "paused"
        assert owner.call("POST", f"groups/{id}/resume").body["state"] == "submitting"
        assert owner.call("POST", f"groups/{id}/stop").body["state"] == "stopped"

    def test_name_time_and_rate_change_together_or_not_at_all(self, owner, template, described):
        id = checked(owner, template)
        start, later = (timezone.localtime(timezone.now()) + timedelta(hours=h) for h in (3, 4))
        owner.call("POST", f"groups/{id}/start", {"scheduled_at": f"{start:%Y-%m-%d %H:%M:%S}"})
        body = {"name": "Letters", "rate": 9, "scheduled_at": f"{later:%Y-%m-%d %H:%M:%S}"}
        answer = owner.call("PUT", f"groups/{id}", body)
        described("put", f"{GROUP}/{{id}}", answer)
        assert {name: answer.body[name] for name in body} == body
        refused = owner.call("PUT", f"groups/{id}", {"scheduled_at": None, "name": " "})
        assert refused.told == (400, "MSGSMS.0002")
        assert owner.call("GET", f"groups/{id}").body["scheduled_at"] == body["scheduled_at"]
        assert owner.call("PUT", f"groups/{id}", {"rate": None}).body["rate"] is None
        owner.call("POST", f"groups/{id}/cancel")
        assert owner.call("PUT", f"groups/{id}", {"name": "x"}).told == (409, "CONSOLE.0409")

    def test_the_list_is_filtered_and_paged(self, owner, template, described):
        for name in ("Spring", "Summer", "Autumn"):
            create(owner, template, name=name)
        found = owner.call("GET", "groups", name="summer", state="checking")
        assert [row["name"] for row in found.body["results"]] == ["Summer"]
        described("get", GROUP, found)
        page = owner.call("GET", "groups", limit=1, offset=1)
        assert (page.body["results"][0]["name"], page.body["total"]) == ("Summer", 3)

    def test_results_of_one_number_and_of_one_outcome(self, owner, template):
        id = started(owner, template)
        all_sent(id)
        one = owner.call("GET", f"groups/{id}/numbers", number="13800000001")
        assert [row["number"] for row in one.body["results"]] == ["+8613800000001"]
        assert owner.call("GET", f"groups/{id}/numbers", outcome="failed").body["results"] == []


class TestIdempotency:
    def call(self, owner: ConsoleCaller, template: Template, key: str, **body: Any) -> Answer:
        given = {"name": "Parcels", "template_id": template.template_id, "numbers": NUMBERS}
        return self.sent(owner, json.dumps(given | body).encode(), key)

    def sent(self, owner: ConsoleCaller, body: bytes, key: str, media: str = "") -> Answer:
        path, content_type = owner.path("groups"), media or "application/json"
        headers = owner.signed("POST", path, body=body, content_type=content_type)
        return owner.send(
            "POST",
            path,
            body=body,
            content_type=content_type,
            headers=headers | {"Idempotency-Key": key},
        )

    def test_the_same_call_makes_one_task(self, owner, template):
        first, second = (self.call(owner, template, "key-1") for _ in range(2))
        assert first.status == 200
        assert second.body == first.body
        assert GroupTask.objects.count() == 1
        assert self.call(owner, template, "key-2").body["id"] != first.body["id"]

    def test_another_body_with_the_key_is_a_conflict(self, owner, template):
        self.call(owner, template, "key-1")
        other = self.call(owner, template, "key-1", name="Letters")
        assert other.told == (409, "CONSOLE.0409")
        assert GroupTask.objects.count() == 1

    def test_a_file_counts_by_its_content(self, owner, template):
        fields = {"name": "Parcels", "template_id": template.template_id}
        body, media = multipart(fields, b"13800000000")
        first = self.sent(owner, body, "key-1", media)
        assert first.status == 200, first.body
        again = self.sent(
            owner, body.replace(b"edge-of-parts", b"another-edge"), "key-1",
            media.replace("edge-of-parts", "another-edge"),
        )  # fmt: skip
        assert again.body == first.body
        other, _media = multipart(fields, b"13800000009")
        assert self.sent(owner, other, "key-1", media).told == (409, "CONSOLE.0409")

    def test_what_is_refused_is_not_remembered(self, owner, template):
        assert self.call(owner, template, "key-1", name=" ").status == 400
        assert self.call(owner, template, "key-1").status == 200

    def test_a_call_that_still_runs_is_a_conflict(self, owner, template):
        held = f"{template.application.pk}:{idempotency.name_of('key-1')}"
        other = connection.copy()
        with closing(other), other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [idempotency.lock_number(held)])
            assert self.call(owner, template, "key-1").told == (409, "CONSOLE.0409")
        assert self.call(owner, template, "key-1").status == 200

    @pytest.mark.parametrize("key", ["", "k" * 129, "ä", "a b"])
    def test_a_key_that_is_none(self, owner, template, key: str):
        assert self.call(owner, template, key).told == (400, "MSGSMS.0002")


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"name": ""}, 400),
            ({"name": "n" * 65}, 400),
            ({"name": 7}, 400),
            ({"rate": 0}, 400),
            ({"rate": "fast"}, 400),
            ({"numbers": []}, 400),
            ({"numbers": "13800000000"}, 400),
            ({"numbers": [13800000000]}, 400),
            ({"numbers": ["1380000\ud800"]}, 400),
            ({"name": "\ud800"}, 400),
            ({"name": "\x00"}, 400),
            ({"rows": [["13800000000"]]}, 400),
            ({"numbers": None, "rows": None}, 400),
            ({"wrong": 1}, 400),
            ({"template_id": "0" * 20}, 404),
            ({"template_id": ""}, 400),
            ({"sign_id": "0" * 32}, 404),
        ],
    )
    def test_a_body_that_makes_no_task(self, owner, template, described, body, status):
        answer = create(owner, template, **body)
        code = "MSGSMS.0002" if status == 400 else "CONSOLE.0404"
        assert answer.told == (status, code), answer.body
        described("post", GROUP, answer)
        assert not GroupTask.objects.exists()

    @pytest.mark.parametrize(
        "rows",
        [
            [["13800000000", "\udfff"]],
            [[]],
            [["13800000000", 1]],
            [{}],
            ["13800000000"],
            {"a": ["1"]},
        ],
    )
    def test_rows_that_are_none(self, owner, template, rows):
        body = {"name": "Parcels", "template_id": template.template_id, "rows": rows}
        assert owner.call("POST", "groups", body).told == (400, "MSGSMS.0002")

    def test_zero_bytes_are_found_by_the_check(self, owner, template):
        id = checked(owner, template, numbers=["138\x0000000000", "13800000000"])
        shown = owner.call("GET", f"groups/{id}").body
        assert (shown["state"], shown["is_settled"]) == ("failed", True)

    @pytest.mark.parametrize(
        "file", [b"", b"\xd0\xcf\x11\xe0old", b"MZ program", b"\x00\x01", b"PK\x03\x04broken"]
    )
    def test_a_file_that_nobody_reads(self, owner, template, file: bytes):
        answer = upload(owner, template, file)
        if file.startswith(b"PK"):  # seen when the workbook is opened by the check
            checking.check(GroupTask.objects.get().pk)
            shown = owner.call("GET", f"groups/{answer.body['id']}").body
            assert (shown["state"], shown["is_settled"]) == ("failed", True)
            assert shown["failure"]
        else:
            assert answer.told == (400, "MSGSMS.0002")

    def test_no_file_and_another_media_type(self, owner, template):
        body, media = multipart({"name": "x", "template_id": template.template_id}, b"1")
        without = body.replace(b'name="file"; filename="list.csv"', b'name="other"')
        path = owner.path("groups")
        answer = owner.send("POST", path, body=without, content_type=media)
        assert answer.told == (400, "MSGSMS.0002")
        text = owner.send("POST", path, body=b"13800000000", content_type="text/csv")
        assert text.told == (400, "MSGSMS.0002")
        broken = owner.send("POST", path, body=b"{", content_type="application/json")
        assert broken.told == (400, "MSGSMS.0002")

    def test_a_verification_template_and_one_that_is_not_approved(self, owner, template):
        application = template.application
        signature = SignatureFactory(
            usable=True, application=application, type=MessageType.VERIFICATION
        )
        code = TemplateFactory(
            adopted=True, application=application, signature=signature,
            type=MessageType.VERIFICATION,
        )  # fmt: skip
        assert "verification" in create(owner, code).detail
        rejected = TemplateFactory(
            rejected=True, application=application, signature=template.signature
        )
        answer = owner.call(
            "POST",
            "groups",
            {"name": "x", "template_id": str(rejected.public_id), "numbers": NUMBERS},
        )
        assert answer.told == (400, "MSGSMS.0002")
        assert "not approved" in answer.detail

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"scheduled_at": "tomorrow"}, "MSGSMS.0039"),
            ({"scheduled_at": "2024-01-01 08:00:00"}, "MSGSMS.0002"),
            ({"scheduled_at": "2099-01-01 08:00:00"}, "MSGSMS.0002"),
            ({"accept_problems": "maybe"}, "MSGSMS.0002"),
            ({"now": True}, "MSGSMS.0002"),
            ([], "MSGSMS.0002"),
        ],
    )
    def test_a_start_that_cannot_be(self, owner, template, body, code):
        id = checked(owner, template)
        assert owner.call("POST", f"groups/{id}/start", body).told == (400, code)
        assert GroupTask.objects.get().state == GroupTask.State.CHECKED

    @pytest.mark.parametrize("step", ["start", "pause", "resume", "stop"])
    def test_a_step_that_does_not_go_with_the_state(self, owner, template, described, step: str):
        id = checked(owner, template)
        owner.call("POST", f"groups/{id}/cancel")
        answer = owner.call("POST", f"groups/{id}/{step}", {} if step == "start" else None)
        assert answer.told == (409, "CONSOLE.0409")
        assert "Canceled" in answer.detail
        described("post", f"{GROUP}/{{id}}/{step}", answer)

    def test_cancelling_and_deleting_what_is_being_sent(self, owner, template):
        id = started(owner, template)
        assert owner.call("POST", f"groups/{id}/cancel").told == (409, "CONSOLE.0409")
        assert owner.call("DELETE", f"groups/{id}").told == (409, "CONSOLE.0409")

    def test_cancelling_too_late(self, owner, template):
        id = checked(owner, template)
        lead = django_settings.SMS_GROUP_CANCEL_LEAD_S
        start = timezone.localtime(timezone.now() + timedelta(seconds=lead / 2))
        body = {"scheduled_at": f"{start:%Y-%m-%d %H:%M:%S}"}
        assert owner.call("POST", f"groups/{id}/start", body).status == 200
        assert owner.call("POST", f"groups/{id}/cancel").told == (409, "CONSOLE.0409")

    @pytest.mark.parametrize(
        ("rest", "query"),
        [
            ("", {"limit": 0}),
            ("", {"limit": 501}),
            ("", {"state": "asleep"}),
            ("/{id}/numbers", {"limit": 501}),
            ("/{id}/numbers", {"after": -1}),
            ("/{id}/numbers", {"after": 2**31}),
            ("/{id}/numbers", {"outcome": "lost"}),
            ("/{id}/numbers", {"number": "12"}),
            ("/{id}/problems", {"after": "x"}),
        ],
    )
    def test_queries_that_ask_for_nothing(self, owner, template, rest: str, query):
        id = checked(owner, template)
        answer = owner.call("GET", "groups" + rest.replace("{id}", id), **query)
        assert answer.told == (400, "MSGSMS.0002")


WAYS = [
    *(("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/numbers"), ("GET", "/problems")),
    *(("POST", f"/{step}") for step in ("start", "cancel", "pause", "resume", "stop")),
]


class TestWho:
    def test_another_account_and_nothing_are_answered_alike(self, owner, template):
        id = checked(owner, template)
        stranger = console_caller()
        for method, rest in WAYS:
            for other in (id, "0" * 32, "x"):
                answer = stranger.call(method, f"groups/{other}{rest}")
                assert answer.told == (404, "CONSOLE.0404"), (method, rest)
        theirs = create(stranger, template)
        assert theirs.told == (404, "CONSOLE.0404")
        assert stranger.call("GET", "groups").body["results"] == []
        assert GroupTask.objects.get().state == GroupTask.State.CHECKED

    def test_operators_send_and_viewers_look_at_masked_numbers(self, owner, template):
        id = started(owner.colleague(Membership.Role.OPERATOR), template)
        viewer = owner.colleague(Membership.Role.VIEWER)
        for method, rest in WAYS:
            answer = viewer.call(method, f"groups/{id}{rest}")
            expected = 200 if method == "GET" else 403
            assert answer.status == expected, (method, rest)
        assert create(viewer, template).told == (403, "MSGSMS.0054")
        rows = viewer.call("GET", f"groups/{id}/numbers").body["results"]
        assert all("*" in row["number"] for row in rows)


@pytest.fixture
def described():
    """Compares an answer with the schema that the document has for it."""
    whole = json.loads(document.text())

    def check(method: str, path: str, answer: Answer) -> None:
        told = whole["paths"][path][method]["responses"][str(answer.status)]
        schema = told["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": whole["components"]}).validate(answer.body)

    return check
