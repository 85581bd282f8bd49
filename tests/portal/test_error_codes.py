import re

import pytest
from django.urls import reverse
from django.utils import translation

from common import codes
from portal import codebook
from portal.codebook import Kind
from tests.messaging.road import Road, numbers

from .conftest import Visitor

LIST = reverse("portal:error-code-list")


def shown(page: str) -> list[str]:
    return re.findall(r'data-label="Code"><span class="number"><code>([^<]+)</code>', page)


def test_every_code_of_the_tables_can_be_found():
    found = {(entry.kind, entry.code) for entry in codebook.find()}
    assert len(codes.status_codes()) == 626
    assert found == {
        *((Kind.CALL, code.code) for code in codes.request_codes()),
        *((Kind.NUMBER, code.code) for code in codes.number_codes()),
        *((Kind.REPORT, code.code) for code in codes.status_codes()),
        *((Kind.REPORT, code.code) for code in codes.protocol_codes()),
    }


def test_a_refusal_of_a_carriers_protocol_is_found_with_its_remedy():
    (entry, *_rest) = codebook.find("SMPP:0x0B")
    assert entry.code == "SMPP:0x0B"
    assert "Destination address error" in entry.meaning
    assert "Verify the number" in entry.remedy


def test_the_code_that_was_typed_comes_first():
    assert codebook.find(" e200028 ")[0].code == "E200028"
    assert codebook.find("MK:0001")[0].code == "MK:0001"


def test_all_words_have_to_be_there():
    found = codebook.find("Frequency EXCEEDED")
    assert "SC:0010" in [entry.code for entry in found]
    assert all("exceeded" in (entry.meaning + entry.remedy).casefold() for entry in found)


def test_chinese_readers_find_chinese_and_english_words():
    with translation.override("zh-hans"):
        (first, *_rest) = codebook.find("鉴权失败", Kind.CALL)
        assert first.code == "E000101"
        assert first.remedy != codes.api_code("E000101").remedy
        assert codebook.find("Authentication failed", Kind.CALL)[0].code == "E000101"


def test_a_malformed_number_has_the_meaning_of_the_request_code():
    assert codebook.of_answer("E000503", is_number=True).meaning
    assert codebook.of_answer("E200028", is_number=True).kind == Kind.NUMBER


def test_the_page_filters_by_word_and_place(viewer: Visitor):
    page = viewer.get(LIST, data={"q": "E200028", "kind": "number"}).content.decode()
    assert shown(page) == ["E200028"]
    assert "Match number, order, type and length of the variables" in page


def test_long_lists_come_in_pages(viewer: Visitor):
    first = viewer.get(LIST).content.decode()
    second = viewer.get(LIST, data={"page": "2"}).content.decode()
    assert len(shown(first)) == len(shown(second)) == 100
    assert not set(shown(first)[-50:]) & set(shown(second)[:50])


@pytest.mark.parametrize(
    ("query", "status"), [({"kind": "nonsense"}, 422), ({"q": "x" * 101}, 422), ({"q": "zzz"}, 200)]
)
def test_nothing_found_is_said(query: dict[str, str], status: int, viewer: Visitor):
    response = viewer.get(LIST, data=query)
    assert response.status_code == status
    assert shown(response.content.decode()) == []


def test_the_sending_details_lead_here(owner: Visitor, road: Road):
    road.accept(numbers(1), blocked=["SC:0010"])
    page = owner.get(reverse("portal:message-list")).content.decode()
    assert f"{LIST}?q=SC%3A0010" in page
    assert shown(owner.get(f"{LIST}?q=SC%3A0010").content.decode())[0] == "SC:0010"


def test_the_page_asks_for_no_more_than_the_visitor(viewer: Visitor, django_assert_num_queries):
    viewer.get(LIST)
    with django_assert_num_queries(3):
        viewer.get(LIST)
