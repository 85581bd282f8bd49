"""Catalogues are compiled as gettext reads them, without the GNU tools."""

import gettext
import io
import os
from pathlib import Path

from sms_console.embedded import translations

CATALOGUE = r"""
#, fuzzy
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: portal/views.py:7
msgid "Send"
msgstr "发送"

msgctxt "noun"
msgid "Send"
msgstr "一次发送"
# A comment straight after the entry.
#, python-format
msgid ""
"First line\n"
"and \"second\""
msgstr ""
"第一行\n"
"和“第二”"

#, python-format
msgid "%(count)d number"
msgid_plural "%(count)d numbers"
msgstr[0] "%(count)d 个号码"
msgstr[1] "%(count)d 些号码"

#, fuzzy
msgid "Guess"
msgstr "猜"

msgid "Nothing yet"
msgstr ""

#~ msgid "Gone"
#~ msgstr "没了"
"""


def compiled() -> gettext.GNUTranslations:
    content = translations.to_mo(translations.read_po(CATALOGUE))
    return gettext.GNUTranslations(io.BytesIO(content))


def test_messages_contexts_and_plurals_are_found() -> None:
    catalogue = compiled()
    assert catalogue.gettext("Send") == "发送"
    assert catalogue.pgettext("noun", "Send") == "一次发送"
    assert catalogue.gettext('First line\nand "second"') == "第一行\n和“第二”"
    assert catalogue.ngettext("%(count)d number", "%(count)d numbers", 1) == "%(count)d 个号码"
    assert catalogue.ngettext("%(count)d number", "%(count)d numbers", 2) == "%(count)d 些号码"


def test_fuzzy_untranslated_and_obsolete_entries_stay_english() -> None:
    catalogue = compiled()
    assert [catalogue.gettext(text) for text in ("Guess", "Nothing yet", "Gone")] == [
        "Guess",
        "Nothing yet",
        "Gone",
    ]


def test_only_what_changed_is_compiled(tmp_path: Path) -> None:
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE, encoding="utf-8")
    assert translations.compile_all(tmp_path) == 1
    assert translations.compile_all(tmp_path) == 0
    target = source.with_suffix(".mo")
    os.utime(source, (target.stat().st_mtime + 5,) * 2)
    assert translations.compile_all(tmp_path) == 1


def test_no_catalogues_are_no_error(tmp_path: Path) -> None:
    assert translations.compile_all(tmp_path / "locale") == 0
