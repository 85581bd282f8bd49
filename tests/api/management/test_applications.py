"""Operations 1 to 5: applications."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from customers.models import Application, Membership
from reviews.models import Signature, Template
from tests.api.management.caller import Caller, caller


def test_create(owner: Caller) -> None:
    answer = owner.call("POST", "apps", {"app_name": "商城", "region": "cn"})
    application = Application.objects.get()
    assert answer.status == 200
    assert answer.body == {
        "id": str(application.public_id),
        "app_key": application.app_key,
        "app_name": "商城",
    }
    assert application.customer == owner.customer
    assert len(answer.headers["X-Request-Id"]) == 32


def test_create_with_everything(owner: Caller) -> None:
    answer = owner.call(
        "POST",
        "apps",
        {
            "app_name": "shop",
            "location": "cn",
            "create_sign_and_template": 1,
            "enterprise_project_id": "0",
            "enterprise_project_name": "default",
            "up_link_addr": "https://example.com/uplink",
            "show_secret": True,
        },
    )
    application = Application.objects.get()
    assert answer.body["app_secret"] == application.app_secret
    assert application.uplink_url == "https://example.com/uplink"
    assert Signature.objects.get().test_until is not None
    assert Template.objects.get().is_usable


@pytest.mark.parametrize("flag", [0, False, None])
def test_no_test_objects(owner: Caller, flag: object) -> None:
    body = {"app_name": "a", "region": "cn", "create_sign_and_template": flag}
    assert owner.call("POST", "apps", body).status == 200
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("changes", "told", "named"),
    [
        ({"app_name": None}, (400, "MSGSMS.0002"), "app_name"),
        ({"app_name": ""}, (400, "MSGSMS.0002"), "app_name"),
        ({"app_name": "x" * 65}, (400, "MSGSMS.0002"), "app_name"),
        ({"app_name": 7}, (400, "MSGSMS.0002"), "app_name: must be a string"),
        ({"app_name": "a b"}, (400, "MSGSMS.0002"), "application name"),
        ({"app_name": "a\0"}, (400, "MSGSMS.0002"), "app_name"),
        ({"app_name": "\ud800"}, (400, "MSGSMS.0002"), "app_name"),
        ({"region": "mars"}, (400, "MSGSMS.0002"), "region"),
        ({"region": "intl"}, (403, "MSGSMS.0104"), "region=intl"),
        ({"create_sign_and_template": "yes"}, (400, "MSGSMS.0002"), "create_sign_and_template"),
        ({"create_sign_and_template": []}, (400, "MSGSMS.0002"), "create_sign_and_template"),
        ({"up_link_addr": "ftp://example.com"}, (400, "MSGSMS.0002"), "http"),
        ({"up_link_addr": f"http://example.com/{'x' * 255}"}, (400, "MSGSMS.0002"), "255"),
        ({"up_link_addr": {}}, (400, "MSGSMS.0002"), "up_link_addr"),
        ({"surprise": 1}, (400, "MSGSMS.0002"), "surprise: there is no such field"),
    ],
)
def test_refused(owner: Caller, changes: dict, told: tuple[int, str], named: str) -> None:
    answer = owner.call("POST", "apps", {"app_name": "a", "region": "cn"} | changes)
    assert answer.told == told
    assert named in answer.detail
    assert not Application.objects.exists()


def test_a_url_of_255_characters_is_taken(owner: Caller) -> None:
    url = "https://example.com/".ljust(255, "x")
    body = {"app_name": "a", "region": "cn", "up_link_addr": url}
    assert owner.call("POST", "apps", body).status == 200


def test_the_quota(owner: Caller, settings) -> None:
    settings.SMS_APPLICATION_QUOTA = 1
    owner.application()
    answer = owner.call("POST", "apps", {"app_name": "second", "region": "cn"})
    assert answer.told == (400, "MSGSMS.0029")
    assert "1 of 1" in answer.detail


def test_a_name_twice(owner: Caller) -> None:
    owner.application(name="shop")
    answer = owner.call("POST", "apps", {"app_name": "shop", "region": "cn"})
    assert answer.told == (400, "MSGSMS.0002")


@pytest.mark.parametrize(
    ("state", "told"),
    [({"frozen": True}, (403, "MSGSMS.0054")), ({"not_enabled": True}, (403, "MSGSMS.0013"))],
)
@pytest.mark.django_db
def test_an_account_that_may_not(state: dict, told: tuple[int, str]) -> None:
    assert caller(**state).call("POST", "apps", {"app_name": "a", "region": "cn"}).told == told


@pytest.mark.parametrize("role", [Membership.Role.OPERATOR, Membership.Role.VIEWER])
@pytest.mark.django_db
def test_roles(role: str) -> None:
    reader = caller(role)
    refused = reader.call("POST", "apps", {"app_name": "a", "region": "cn"})
    assert refused.told == (403, "MSGSMS.0054")
    assert reader.call("GET", "apps").status == 200


def test_administrators_may_change(owner: Caller) -> None:
    administrator = caller(Membership.Role.ADMIN)
    assert administrator.call("POST", "apps", {"app_name": "a", "region": "cn"}).status == 200


def test_show(owner: Caller, settings) -> None:
    settings.SMS_BASE_URL = "https://sms.example.com"
    application = owner.application(
        name="shop", uplink_url="https://example.com/up", ip_allowlist=["10.0.0.1", "10.1.0.0/16"]
    )
    Application.objects.update(created_at=datetime(2026, 1, 1, 16, 30, tzinfo=UTC))
    body = owner.call("GET", f"apps/{application.public_id}").body
    assert set(body) == {
        *("id", "create_time", "update_time", "customer_id", "resource_id", "developer_account"),
        *("app_name", "omp_app_name", "app_key", "up_link_addr", "status", "industry", "region"),
        *("intl_channel_num", "enterprise_project_id", "enterprise_project_name"),
        *("ip_white_list", "app_access_addr", "protocol", "platform", "is_support_multiomp"),
        "tenant",
    }
    assert body["create_time"] == "2026-01-02 00:30:00"
    assert body["ip_white_list"] == "10.0.0.1,10.1.0.0/16"
    assert body["protocol"] == "https"
    assert body["tenant"]["customer_name"] == owner.customer.name
    assert application.app_secret not in str(body)


def test_update(owner: Caller) -> None:
    application = owner.application(
        name="old", uplink_url="https://example.com/up", report_url="https://example.com/report"
    )
    path = f"apps/{application.public_id}"
    assert owner.call("PUT", path, {"app_name": "new", "region": "cn"}).body["app_name"] == "new"
    application.refresh_from_db()
    assert application.uplink_url == "https://example.com/up"
    owner.call("PUT", path, {"app_name": "new", "region": "cn", "up_link_addr": ""})
    application.refresh_from_db()
    assert application.uplink_url == ""
    assert application.report_url == "https://example.com/report"


def test_test_objects_are_made_once(owner: Caller) -> None:
    path = f"apps/{owner.application(name='a').public_id}"
    body = {"app_name": "a", "region": "cn", "create_sign_and_template": True}
    for _ in range(2):
        assert owner.call("PUT", path, body).status == 200
    assert Signature.objects.count() == 1


def test_update_knows_no_show_secret(owner: Caller) -> None:
    body = {"app_name": "a", "region": "cn", "show_secret": True}
    answer = owner.call("PUT", f"apps/{owner.application().public_id}", body)
    assert answer.told == (400, "MSGSMS.0002")


def test_a_suspended_application_keeps_its_address(owner: Caller) -> None:
    application = owner.application(suspended=True)
    body = {
        "app_name": application.name,
        "region": "cn",
        "up_link_addr": "https://example.com/new",
    }
    answer = owner.call("PUT", f"apps/{application.public_id}", body)
    assert answer.told == (400, "MSGSMS.0029")


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("id", ["nothing", "0" * 32, "{" + "0" * 32 + "}", "%00", "1" * 300])
def test_unknown(owner: Caller, method: str, id: str) -> None:
    answer = owner.call(method, f"apps/{id}", {"app_name": "a", "region": "cn"})
    assert answer.told == (400, "MSGSMS.0014")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_strangers_does_not_exist(owner: Caller, method: str) -> None:
    theirs = caller().application()
    body = {"app_name": "a", "region": "cn"}
    theirs_answer = owner.call(method, f"apps/{theirs.public_id}", body)
    assert theirs_answer.told == owner.call(method, f"apps/{theirs.pk}", body).told
    assert theirs_answer.told == (400, "MSGSMS.0014")


def test_list(owner: Caller) -> None:
    caller().application()
    rows = [owner.application(name=f"shop{number}") for number in range(3)]
    body = owner.call("GET", "apps").body
    assert body["total"] == 3
    assert [row["app_name"] for row in body["results"]] == ["shop2", "shop1", "shop0"]
    assert body["results"][2]["id"] == str(rows[0].public_id)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"limit": 1}, ["b"]),
        ({"limit": 1, "offset": 1}, ["a"]),
        ({"offset": 2}, []),
        ({"sort_dir": "asc", "sort_key": "create_time"}, ["a", "b"]),
        ({"app_name": "A"}, ["a"]),
        ({"app_name": ""}, ["b", "a"]),
        ({"status": "SUSPENDED"}, ["b"]),
        ({"status": "nothing"}, []),
        ({"region": "cn"}, ["b", "a"]),
        ({"region": "intl"}, []),
        ({"start_time": "2026-01-02 00:00:00"}, ["b"]),
        ({"end_time": "2026-01-01 12:00:00"}, ["a"]),
        ({"start_time": "2026-01-01 12:00:00", "end_time": "2026-01-01 12:00:00"}, ["a"]),
        ({"start_time": "", "surprise": 1}, ["b", "a"]),
    ],
)
def test_pages_and_filters(owner: Caller, query: dict, names: list[str]) -> None:
    zone = timezone.get_default_timezone()
    for day, name, suspended in ((1, "a", False), (2, "b", True)):
        owner.application(name=name, suspended=suspended)
        Application.objects.filter(name=name).update(
            created_at=datetime(2026, 1, day, 12, tzinfo=zone)
        )
    found = owner.call("GET", "apps", **query).body
    assert [row["app_name"] for row in found["results"]] == names


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": 0}, "MSGSMS.0002"),
        ({"limit": 501}, "MSGSMS.0002"),
        ({"limit": "ten"}, "MSGSMS.0002"),
        ({"limit": "9" * 40}, "MSGSMS.0002"),
        ({"offset": -1}, "MSGSMS.0002"),
        ({"offset": "9" * 40}, "MSGSMS.0002"),
        ({"sort_key": "name"}, "MSGSMS.0002"),
        ({"sort_dir": "up"}, "MSGSMS.0002"),
        ({"region": "mars"}, "MSGSMS.0002"),
        ({"app_name": "x" * 65}, "MSGSMS.0002"),
        ({"app_name": "\0"}, "MSGSMS.0002"),
        ({"start_time": "yesterday"}, "MSGSMS.0039"),
        ({"end_time": "2026-13-01 00:00:00"}, "MSGSMS.0039"),
        ({"start_time": "0001-01-01 00:00:00"}, "MSGSMS.0039"),
    ],
)
def test_queries_refused(owner: Caller, query: dict, code: str) -> None:
    answer = owner.call("GET", "apps", **query)
    assert answer.told == (400, code)
    assert next(iter(query)) in answer.detail


def test_count(owner: Caller) -> None:
    owner.application()
    assert owner.call("GET", "apps-count", region="cn").body == {"total": 2, "used": 1}
    assert owner.call("GET", "apps-count", region="intl").body == {"total": 0, "used": 0}
    assert owner.call("GET", "apps-count").told == (400, "MSGSMS.0002")
