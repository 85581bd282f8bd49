import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.wordlist import shipped_words
from common.wordmatch import WordHit, WordMatcher


def found(words, text):
    return [(hit.word, text[hit.start : hit.end]) for hit in WordMatcher(words).find(text)]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["贷款"], "小额贷款，秒批", [("贷款", "贷款")]),
        (["贷款"], "小额贷 款", [("贷款", "贷 款")]),
        (["贷款"], "小额贷\u200b款", [("贷款", "贷\u200b款")]),
        (["贷款"], "小额贷\u3000\n款", [("贷款", "贷\u3000\n款")]),
        (["加QQ"], "请加ｑＱ好友", [("加QQ", "加ｑＱ")]),
        (["加QQ"], "加QQ12345", [("加QQ", "加QQ")]),
        (["4G"], "4G手机，14G流量，4GB内存", [("4G", "4G")]),
        (["POS"], "deposit pos POST", [("POS", "pos")]),
        (["one code"], "My One  Code is", [("one code", "One  Code")]),
        (["贷款", "小额贷款"], "小额贷款", [("小额贷款", "小额贷款"), ("贷款", "贷款")]),
        (["茶"], "喝茶", [("茶", "茶")]),
        (["茶"], "茶", [("茶", "茶")]),
        (["㎏"], "5 kg米", [("㎏", "kg")]),
        (["kg"], "5㎏米", [("kg", "㎏")]),
        (["QQ", "ｑｑ"], "QQ", [("QQ", "QQ"), ("ｑｑ", "QQ")]),
        (["贷款"], "贷。款", []),
        (["贷款"], "贷", []),
        ([], "贷款", []),
        ([" "], "a b", []),
    ],
)
def test_words_are_found_however_they_are_typed(words, text, expected):
    assert found(words, text) == expected


@given(
    st.lists(st.text(alphabet="贷款加QqＱ1 4", min_size=1, max_size=4), max_size=6),
    st.text(alphabet="贷款加QqＱ1 4\u200b。", max_size=30),
)
def test_what_is_found_is_the_word_itself(words, text):
    alone = {word: WordMatcher([word]) for word in words}
    for hit in WordMatcher(words).find(text):
        piece = text[hit.start : hit.end]
        assert WordHit(hit.word, 0, len(piece)) in list(alone[hit.word].find(piece))
        assert piece.strip("\u200b ") == piece


@given(st.text(max_size=60), st.sampled_from(["贷款", "二手房", "六合彩"]))
def test_a_chinese_word_is_found_wherever_it_stands(text, word):
    assert (word, word) in found([word], f"{text}{word}{text}")


def test_the_shipped_list_says_of_every_word_why_it_is_there():
    words = shipped_words()

    assert len({(word.kind, word.text) for word in words}) == len(words)
    for word in words:
        assert word.explanation_en, word
        assert word.explanation_zh, word
        assert word.in_verification or word.in_notification or word.in_promotion, word
