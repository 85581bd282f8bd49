"""Rules for links and phone numbers in a template (console.md §8.2)."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from reviews.models.kinds import MessageType
from reviews.services.rules.drafts import TemplateDraft
from reviews.services.rules.engine import Hit, Rule, Span
from reviews.services.rules.wording import Kind

_DOMAINS = (
    "cn|com|net|org|top|vip|info|io|cc|me|co|tv|xyz|shop|store|site|online|club|link|ltd|wang|"
    "biz|pro|app|dev|edu|gov|mobi|fun|im|so|is|ly|gl|us|uk|hk|tw|jp|id|at|nz|in|se|nu|ren|win|"
    "date|mk|gd"
)
_IN_URL = r"A-Za-z0-9._~:/?#@!$'()*+,;=%-"
_LINK = re.compile(
    rf"https?://[{_IN_URL}]+|www\.[{_IN_URL}]+"
    rf"|(?<![A-Za-z0-9@._-])(?:[a-z0-9][a-z0-9-]*\.)+(?:{_DOMAINS})(?![A-Za-z0-9_-])"
    rf"(?:[:/?#][{_IN_URL}]*)?",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:https?://)?(?:[^/?#@]*@)?([^/?#:]+)", re.IGNORECASE)
_END_OF_SENTENCE = ".,;:!?'()"
_LINK_BEFORE = re.compile(
    rf"(?:(?:https?://|www\.)[{_IN_URL}]*|[a-z0-9-]+\.(?:{_DOMAINS})[/?#][{_IN_URL}]*)\Z",
    re.IGNORECASE,
)
_LINK_AFTER = re.compile(
    rf"(?:[A-Za-z0-9-]*\.)+(?:{_DOMAINS})(?![A-Za-z0-9])|https?:|://", re.IGNORECASE
)
_LINK_CUE = re.compile(r"(?:链接|网址|点击|url|link)\s*(?:[:：为是]\s*)?\Z", re.IGNORECASE)

_GAP = r"[ -]?"
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)")
_OTHER_NUMBER = re.compile(
    rf"(?<!\d)(?<!\d-)(?:800{_GAP}\d{{3}}{_GAP}\d{{4}}|(?:95|96|10|12)\d{{3,6}})(?![\d年月日元.-])"
)
_CALL = re.compile(r"(?:电话|手机|热线|致电|拨打|咨询|客服|联系)[^0-9]{0,6}\Z")


def _links(draft: TemplateDraft) -> Iterator[Span]:
    for match in _LINK.finditer(draft.plain):
        start, end = match.span()
        yield start, start + len(draft.plain[start:end].rstrip(_END_OF_SENTENCE))


def _link(draft: TemplateDraft) -> Iterator[Hit]:
    for span in _links(draft):
        yield Hit(span)


def _short_link(draft: TemplateDraft) -> Iterator[Hit]:
    for span in _links(draft):
        host = _HOST.match(draft.plain[slice(*span)])
        labels = host[1].lower().split(".") if host else []
        for index in range(len(labels) - 1):
            domain = ".".join(labels[index:])
            row = draft.wording.word(Kind.SHORT_LINK_DOMAIN, domain, type=draft.type)
            if row is not None:
                yield Hit(span, {"domain": domain}, is_blocking=row.is_blocking)
                break


def _variable_in_link(draft: TemplateDraft) -> Iterator[Hit]:
    for index, variable in enumerate(draft.variables):
        before, after = draft.before(index), draft.after(index)
        if _LINK_BEFORE.search(before) or _LINK_AFTER.match(after) or _LINK_CUE.search(before):
            yield Hit(variable.span)


def _mobile(draft: TemplateDraft) -> Iterator[Hit]:
    for match in _MOBILE.finditer(draft.plain):
        yield Hit(match.span())


def _no_landline(draft: TemplateDraft) -> Iterator[Hit]:
    yield from _mobile(draft)
    for match in _OTHER_NUMBER.finditer(draft.plain):
        if _CALL.search(draft.plain[: match.start()]):
            yield Hit(match.span())


_PROMOTION = frozenset({MessageType.PROMOTION.value})
_OTHERS = frozenset({MessageType.VERIFICATION.value, MessageType.NOTIFICATION.value})

LINK_RULES: tuple[Rule[TemplateDraft], ...] = (
    Rule(
        "link_variable",
        _variable_in_link,
        _("“%(found)s” is a link or part of one."),
        _("Write the full, fixed address as text."),
    ),
    Rule(
        "link_short",
        _short_link,
        _("%(found)s is a short link of %(domain)s, which hides where it leads."),
        _("Write the full address of your own site."),
    ),
    Rule(
        "link",
        _link,
        _("The text contains the link %(found)s."),
        _("Open it: it must lead straight to the customer's own business."),
        is_blocking=False,
    ),
    Rule(
        "promotion_phone",
        _no_landline,
        _("“%(found)s” is neither a landline nor a 400 number."),
        _("Name a landline with its area code, or a 400 number."),
        types=_PROMOTION,
    ),
    Rule(
        "phone_mobile",
        _mobile,
        _("“%(found)s” is a mobile number."),
        _("Personal contacts are not allowed: it must be the business's own."),
        is_blocking=False,
        types=_OTHERS,
    ),
)
