"""Sentences are kept in their parts and worded for whoever reads them."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.sentences import KeptSentence, SentenceField, SentencesField, kept_form, worded

LINE = _("Line")
HIDDEN = _("The sheet “{name}” is hidden and was not read.")
STOPPED = _("Sending stopped before the end. %(reason)s")


def read(sentence: object, language: str) -> str:
    """What a reader of a language gets of it, whatever language it was written in."""
    with translation.override("zh-hans"):
        kept = kept_form(sentence)
    with translation.override(language):
        return KeptSentence.of(kept)


def test_a_plain_sentence_is_kept_as_its_source_text():
    with translation.override("zh-hans"):
        assert kept_form(LINE) == "Line" != str(LINE)
        assert read(LINE, "zh-hans") == str(LINE)
    assert read(LINE, "en") == "Line"


@pytest.mark.parametrize("name", ["名单", "100 %", "{name}", '{"text": 1}'])
def test_parameters_stand_in_the_sentence_of_every_language(name: str):
    sentence = worded(HIDDEN, name=name)
    assert str(sentence) == f"The sheet “{name}” is hidden and was not read."
    for language in ("en", "zh-hans"):
        with translation.override(language):
            expected = str(sentence)
        assert read(sentence, language) == expected
        assert name in expected


def test_parameters_may_be_sentences_and_refusals():
    refusal = Refusal("rows", _("The file has more than %(limit)d rows."), params={"limit": 3})
    sentence = worded(STOPPED, reason=refusal)
    expected = "Sending stopped before the end. The file has more than 3 rows."
    assert str(sentence) == read(sentence, "en") == expected
    assert read(worded(STOPPED, reason=LINE), "zh-hans").endswith(read(LINE, "zh-hans"))
    assert read(refusal, "en") == "The file has more than 3 rows."


def test_what_was_worded_before_stays_as_it_is():
    old = "第 3 行写错了 100 %"
    assert KeptSentence.of(old) == read(old, "en") == old


def test_a_sentence_that_was_read_is_kept_in_the_form_it_came_in():
    kept = kept_form(worded(HIDDEN, name="A"))
    with translation.override("zh-hans"):
        assert kept_form(KeptSentence.of(kept)) == kept


def test_fields_word_what_they_read():
    field, kept = SentenceField(), kept_form(worded(HIDDEN, name="A"))
    assert field.get_prep_value(worded(HIDDEN, name="A")) == kept
    assert str(field.from_db_value(kept, None, None)).startswith("The sheet “A”")
    assert (field.get_prep_value(""), field.get_prep_value(None)) == ("", None)
    assert (field.from_db_value("", None, None), field.from_db_value(None, None, None)) == (
        "",
        None,
    )
    assert SentencesField().get_prep_value([LINE, worded(HIDDEN, name="A")]) == ["Line", kept]
    assert SentencesField().get_prep_value([]) == []
