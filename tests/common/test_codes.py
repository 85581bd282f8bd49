import pytest

from common import codes


@pytest.mark.parametrize(
    ("code", "http_status", "description"),
    [
        ("000000", 200, "Success"),
        ("E000027", 400, "Invalid request."),
        ("E000001", 400, "Authorization not contained in the HTTP header"),
        ("E000105", 401, "Invalid PasswordDigest"),
        ("E000623", 403, "The number of SMSs sent by the account has reached its quota"),
    ],
)
def test_codes_of_a_request(code: str, http_status: int, description: str) -> None:
    found = codes.api_code(code)
    assert (found.code, found.http_status, found.description) == (code, http_status, description)


def test_success_has_a_row_for_the_request_and_one_for_the_number() -> None:
    assert codes.api_code("000000").meaning.startswith("Success (request accepted")
    assert codes.number_code("000000").meaning == "Number accepted for sending"
    assert codes.api_code("000000").is_success
    assert codes.number_code("000000").is_success


def test_codes_of_a_number_are_apart_from_those_of_a_request() -> None:
    assert codes.number_code("E200041").http_status == 200
    assert not codes.number_code("E200041").is_success
    with pytest.raises(KeyError):
        codes.api_code("E200041")
    with pytest.raises(KeyError):
        codes.number_code("E000503")


def test_the_whole_api_table_is_there() -> None:
    assert len(codes._request_codes()) == 40
    assert len(codes._number_codes()) == 8
    for code in [*codes._request_codes().values(), *codes._number_codes().values()]:
        assert 1 <= len(code.code) <= 7
        assert 1 <= len(code.description) <= 512
        assert code.meaning
        assert code.meaning_zh
        assert code.remedy
        assert code.http_status in (200, 400, 401, 403)


def test_delivered_is_the_one_success_among_states() -> None:
    successes = [code for code in codes._status_codes().values() if code.is_success]
    assert [code.code for code in successes] == ["DELIVRD"]


def test_the_whole_status_table_is_there() -> None:
    table = codes._status_codes()
    assert len(table) == 626
    assert sum(not code.is_charged for code in table.values()) == 39
    for code in table.values():
        assert code.is_known
        assert code.is_charged == (code.origin != "platform")
        assert code.description
        assert code.remedy


@pytest.mark.parametrize(
    ("code", "description"),
    [
        ("SMPP:0x0B", "Destination address error"),
        ("SMPP:0x58", "Message queue limit of the SMSC exceeded"),
        ("SMPP:0x400", "Family: SMSC returned an error"),
        ("CMPP:107", "Family: next-hop ISMG returned an error"),
        ("MB:7777", "Family: SMSC returned an error"),
        ("MK:9999", "Family: SMSC reported UNDELIV"),
    ],
)
def test_codes_of_protocols_and_families_have_a_meaning_and_stay_as_they_came(
    code: str, description: str
) -> None:
    found = codes.status_code(code)
    assert found.code == code
    assert found.is_known
    assert found.is_charged
    assert found.description.startswith(description)
    assert found.remedy


def test_a_code_of_a_protocol_is_as_worth_resending_as_its_status() -> None:
    assert codes.status_code("SMPP:0x14").is_worth_resending
    assert not codes.status_code("SMPP:0x0B").is_worth_resending


@pytest.mark.parametrize("code", ["", "MB", ":", "mb:0001x", "SMPP", "XX:xxxx"])
def test_what_only_looks_like_a_family_is_unknown(code: str) -> None:
    assert not codes.status_code(code).is_known


def test_the_codes_of_protocols_are_those_that_no_table_has() -> None:
    found = {code.code for code in codes.protocol_codes()}
    assert len(found) == 47
    assert all(code.startswith("SMPP:0x") for code in found)
    assert not found & {code.code for code in codes.status_codes()}


def test_an_unknown_status_is_kept_as_it_is() -> None:
    found = codes.status_code("XY:9999")
    assert found.code == "XY:9999"
    assert not found.is_known
    assert not found.is_success
    assert found.is_charged
    assert "kept" in found.description


@pytest.mark.parametrize(
    ("code", "origin", "is_charged"),
    [("SC:0010", "platform", False), ("EXPIRED", "supplier", True), ("CL26:-36", None, True)],
)
def test_known_states(code: str, origin: str | None, is_charged: bool) -> None:
    found = codes.status_code(code)
    assert found.is_known
    assert origin in (None, found.origin)
    assert found.is_charged is is_charged


def test_management_codes() -> None:
    assert codes.management_code("MSGSMS.0002").message == "Invalid Parameter."
    assert len(codes._management_codes()) == 30
    with pytest.raises(KeyError):
        codes.management_code("MSGSMS.9999")


@pytest.mark.parametrize(
    ("kind", "count"), [("signature", 12), ("template", 28), ("qualification", 5), ("other", 0)]
)
def test_rejection_reasons(kind: str, count: int) -> None:
    reasons = codes.rejection_reasons(kind)
    assert len({(reason.level1, reason.level2) for reason in reasons}) == count
    assert all(reason.kind == kind and reason.explanation for reason in reasons)
