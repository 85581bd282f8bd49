"""Would it pass? Each rule's verdict on a message that is not sent, and that counts nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from common.clock import now
from common.numbers import country_of
from common.variables import rule_for
from messaging.models import NumberRule, OptOut
from messaging.policy import (
    blocklist,
    frequency,
    guard,
    keywords,
    number_control,
    opt_out,
    send_window,
    thresholds,
    windows,
)
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType

from . import catalogue
from .catalogue import ApprovedTemplate
from .route import Route, find_route
from .rule_words import in_words, of_guard
from .thresholds import thresholds_of
from .verdict import meaning_of_code

NO_INTERNATIONAL = "E200024"


@dataclass(frozen=True, slots=True)
class Check:
    """What one rule says: why it lets a message pass, or under which code it stops it."""

    rule: str
    text: str
    code: str = ""
    remedy: str = ""

    @property
    def is_passed(self) -> bool:
        return not self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A message to one number at a time, by an approved template; `values` of its variables."""

    template: Template
    signature: Signature | None
    number: str
    values: Sequence[str]
    moment: datetime

    def checks(self) -> list[Check]:
        """The verdicts of all rules, in the order in which they are asked."""
        approved = catalogue.approved(self.template)
        return [
            self._values(approved),
            self._route(approved),
            self._country(),
            self._threshold(),
            self._blocklists(),
            self._number_control(),
            self._opt_out(approved),
            self._window(),
            self._keywords(),
            self._frequency(approved),
            self._guard(approved),
        ]

    def _values(self, approved: ApprovedTemplate) -> Check:
        rule = _("Template variables")
        objections = list(_objections(approved, self.values))
        if objections:
            return _stopped(rule, "E200028", " ".join(objections))
        return Check(rule, _("The values fit the template."))

    def _route(self, approved: ApprovedTemplate) -> Check:
        rule = _("Channel number and signature")
        route = self._found_route(approved)
        if code := route.refused or route.blocked:
            return _stopped(rule, code)
        words = {"number": route.channel_number, "name": route.sender.name if route.sender else ""}
        return Check(rule, _("It goes out from %(number)s with 【%(name)s】.") % words)

    def _country(self) -> Check:
        rule = _("Country or region")
        if country_of(self.number) == "CN":
            return Check(rule, _("The number is in the Chinese mainland."))
        return _stopped(rule, NO_INTERNATIONAL)

    def _threshold(self) -> Check:
        rule = _("Traffic thresholds")
        row = thresholds_of(self.template.customer)
        if row is None or not row.is_enforced:
            return Check(rule, _("No threshold holds for your account."))
        day, month = thresholds.gauges_of(row, self.moment)
        words = {
            "day": day.used,
            "daily": day.limit,
            "month": month.used,
            "monthly": month.limit,
        }
        text = _("%(day)s of %(daily)s of the day, %(month)s of %(monthly)s of the month.") % words
        if day.is_full or month.is_full:
            return _stopped(rule, thresholds.REFUSED, text)
        return Check(rule, text)

    def _blocklists(self) -> Check:
        rule = _("Blocklists of the platform")
        hits = blocklist.hits([self.number])
        if hits:
            return _stopped(rule, hits[0].code)
        return Check(rule, _("The number is on none of them."))

    def _number_control(self) -> Check:
        rule = _("Number control")
        rules = number_control.rules_of(self.template.customer_id)
        if self.number not in rules.denied:
            return Check(rule, _("No rule of yours that is in force denies the number."))
        if not rules.denies(self.number):
            return Check(rule, _("A rule of yours denies the number, another one allows it."))
        own = NumberRule.objects.filter(
            customer_id=self.template.customer_id, kind=NumberRule.Kind.DENY
        )
        patterns = [
            one
            for one in own.values_list("pattern", flat=True)
            if self.number in number_control.Patterns([one])
        ]
        return _stopped(
            rule,
            number_control.BLOCKED,
            _("Denied by: %(patterns)s.") % {"patterns": ", ".join(patterns)},
        )

    def _opt_out(self, approved: ApprovedTemplate) -> Check:
        rule = _("Unsubscribed numbers")
        if not send_window.has_hours(self.template.type):
            return Check(rule, _("Asked for promotions only."))
        opted_out = OptOut.objects.for_customer(self.template.customer).in_force()
        found = opted_out.filter(
            recipient=self.number, channel_number=self._found_route(approved).channel_number
        ).first()
        if found is None:
            return Check(rule, _("The number did not unsubscribe from this channel number."))
        return _stopped(rule, opt_out.BLOCKED)

    def _window(self) -> Check:
        rule = _("Sending hours")
        if not send_window.has_hours(self.template.type):
            return Check(rule, _("This type may be sent at any time."))
        opens, closes = send_window.hours()
        text = _("Promotions are sent from %(opens)s to %(closes)s.") % {
            "opens": opens,
            "closes": closes,
        }
        if send_window.is_open(self.moment, self.template.type):
            return Check(rule, text)
        return _stopped(rule, send_window.BLOCKED, text)

    def _keywords(self) -> Check:
        rule = _("Keywords")
        hits = keywords.found_in(self.values, self.template.type)
        if not hits:
            return Check(rule, _("The values hold no forbidden word."))
        words = ", ".join(f"“{hit.word.text}”" for hit in hits)
        return _stopped(rule, keywords.BLOCKED, _("Found: %(words)s.") % {"words": words})

    def _frequency(self, approved: ApprovedTemplate) -> Check:
        rule = _("Sending frequency")
        application_id, type_ = self.template.application_id, self.template.type
        rules, whitelist = frequency.rules_for(application_id, type_)
        past = frequency.history(application_id, [self.number], self.moment)[self.number]
        limit = windows.breached(
            windows.limits_at(rules, self.moment),
            past,
            windows.NAMES[type_][0],
            windows.content_of(approved.version_id, self.values),
            is_excepted=self.number in whitelist,
        )
        if limit is not None:
            return _stopped(rule, frequency.BLOCKED, _("Reached: %s.") % in_words(limit.rule))
        text = _("%(count)s messages of the application went to it in the last 24 hours.")
        return Check(rule, text % {"count": len(past)})

    def _guard(self, approved: ApprovedTemplate) -> Check:
        """As its counters stand now: what comes in until a later time, nobody knows."""
        rule = _("Protection against bombing")
        guards = guard.guards_for(
            application_id=self.template.application_id,
            type=self.template.type,
            version_id=approved.version_id,
            client_address="",
        )
        reached = guard.reached(guards, self.number, now()) if guards else []
        if reached is None:
            return Check(rule, _("Not asked: the counters do not answer just now."))
        if reached:
            matched = reached[0].hit(0, self.number).matched
            return _stopped(rule, guard.BLOCKED, of_guard(matched))
        return Check(rule, _("No limit for floods of messages is reached now."))

    def _found_route(self, approved: ApprovedTemplate) -> Route:
        signature = self.template.signature or self.signature
        return find_route(
            application_id=self.template.application_id,
            template=approved,
            channel_number=signature.channel_number if signature else "",
            signature="",
        )


def _objections(approved: ApprovedTemplate, values: Sequence[str]) -> Iterator[str]:
    if len(values) != len(approved.attributes):
        words = {"wanted": len(approved.attributes), "given": len(values)}
        yield _("The template has %(wanted)s variables, but there are %(given)s values.") % words
        return
    longest = settings.SMS_CODE_LENGTH if approved.type == MessageType.VERIFICATION else None
    names = approved.text.names
    for name, attribute, value in zip(names, approved.attributes, values, strict=True):
        if objection := rule_for(attribute, longest).objection(value):
            yield f"${{{name}}}: {objection}"


def _stopped(rule: str, code: str, text: str = "") -> Check:
    meaning = meaning_of_code(code)
    return Check(rule, f"{meaning.text}. {text}".strip(), code, meaning.remedy)
