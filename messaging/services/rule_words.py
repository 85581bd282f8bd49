"""What a rule found in a message that it stopped, in the language that is active."""

from collections.abc import Callable

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from messaging.models import GuardLimit, RuleHit
from messaging.policy.windows import NAMES, Rule
from reviews.models import ListedWord

Kind = RuleHit.Kind


def explain(hit: RuleHit) -> str:
    """One or two sentences: what the rule found and, where it has a row, which rule it is.

    A word that is listed no longer has no explanation any more.
    """
    sentence = _SENTENCES[hit.kind](hit)
    if not hit.rule_id:
        return sentence
    words = {"number": hit.rule_id, "version": hit.rule_version}
    return " ".join((sentence, _("Rule %(number)s, version %(version)s.") % words))


def _frequency(hit: RuleHit) -> str:
    limit = in_words(_limit_of(hit.matched))
    if hit.rule_id:
        return _("The limit of the application was reached: %s.") % limit
    return _("The limit of the platform was reached: %s.") % limit


def _limit_of(text: str) -> Rule:
    """The limit that `Rule.text` wrote."""
    name, _equals, limit = text.partition("=")
    most, _slash, span_s = limit.partition("/")
    if name in NAMES.values():
        return Rule("type", int(most), int(span_s), name=name)
    return Rule("content" if name == "content" else "any", int(most), int(span_s))


def in_words(rule: Rule) -> str:
    """A frequency limit for people: `4 in 1 hour`, `2 of the same content in 59 seconds`."""
    words = {"most": rule.most, "span": _span(rule.span_s)}
    if rule.kind == "content":
        return _("%(most)s of the same content in %(span)s") % words
    return _("%(most)s in %(span)s") % words


def _span(span_s: int) -> str:
    """A span exactly, in the largest unit that divides it."""
    if not span_s:
        return _("a calendar day")
    if span_s % 3_600 == 0:
        count, words = span_s // 3_600, ("%(count)d hour", "%(count)d hours")
    elif span_s % 60 == 0:
        count, words = span_s // 60, ("%(count)d minute", "%(count)d minutes")
    else:
        count, words = span_s, ("%(count)d second", "%(count)d seconds")
    return ngettext(*words, count) % {"count": count}


def _keyword(hit: RuleHit) -> str:
    word = ListedWord.objects.filter(pk=hit.rule_id).first()
    is_chinese = (get_language() or "").startswith("zh")
    why = (word.explanation_zh if is_chinese else word.explanation_en) if word else ""
    if why:
        return _("“%(word)s”: %(why)s.") % {"word": hit.matched, "why": why}
    return _("A value holds the forbidden word “%s”.") % hit.matched


def of_guard(matched: str) -> str:
    """What the guard found, in words, from what it writes into its hits."""
    source, _colon, limit = matched.rpartition(": ")
    subject, _blank, value = source.partition(" ")
    most, _slash, per_s = limit.partition("/")
    words = {"most": most, "span": per_s, "value": value}
    if subject == GuardLimit.Subject.SEGMENT:
        return _("More than %(most)s messages in %(span)s seconds to numbers %(value)s….") % words
    if subject == GuardLimit.Subject.ADDRESS:
        return _("More than %(most)s messages in %(span)s seconds from %(value)s.") % words
    return _("More than %(most)s messages of the template in %(span)s seconds.") % words


def _route(hit: RuleHit) -> str:
    return _("Asked for: channel number %s.") % (hit.matched or "–")


def _country(hit: RuleHit) -> str:
    return _("Country of the number: %s.") % (hit.matched or "–")


def _threshold(_hit: RuleHit) -> str:
    return _("The traffic thresholds of the account left no room for it.")


def _blocklist(hit: RuleHit) -> str:
    return _("Listed: %s.") % hit.matched


def _number_control(hit: RuleHit) -> str:
    return _("Denied by: %(patterns)s.") % {"patterns": hit.matched}


def _opt_out(hit: RuleHit) -> str:
    return _("The recipient unsubscribed from channel number %s.") % hit.matched


def _send_window(hit: RuleHit) -> str:
    opens, _hyphen, closes = hit.matched.partition("-")
    return _("Promotions are sent from %(opens)s to %(closes)s.") % {
        "opens": opens,
        "closes": closes,
    }


_SENTENCES: dict[str, Callable[[RuleHit], str]] = {
    Kind.ROUTE: _route,
    Kind.COUNTRY: _country,
    Kind.THRESHOLD: _threshold,
    Kind.BLOCKLIST: _blocklist,
    Kind.NUMBER_CONTROL: _number_control,
    Kind.OPT_OUT: _opt_out,
    Kind.SEND_WINDOW: _send_window,
    Kind.KEYWORD: _keyword,
    Kind.FREQUENCY: _frequency,
    Kind.GUARD: lambda hit: of_guard(hit.matched),
}
