"""The entries of the left navigation, in the order of spec console §4."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation; `family` begins the URL names of its pages."""

    title: Promise
    icon: str
    url_name: str
    family: str
    is_demo: bool = False

    @property
    def url(self) -> str:
        return reverse(f"portal:{self.url_name}")


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading; the first section has none."""

    title: Promise | str
    entries: tuple[Entry, ...]


SECTIONS = (
    Section(
        "", (Entry(_("Overview"), icon="layout-dashboard", url_name="overview", family="overview"),)
    ),
    Section(
        _("Chinese Mainland SMS"),
        (
            Entry(
                _("Qualifications"),
                icon="certificate",
                url_name="qualification-list",
                family="qualification",
            ),
            Entry(
                _("Applications"), icon="apps", url_name="application-list", family="application"
            ),
            Entry(_("Signatures"), icon="signature", url_name="signature-list", family="signature"),
            Entry(_("Templates"), icon="template", url_name="template-list", family="template"),
        ),
    ),
    Section(
        _("Sending"),
        (
            Entry(
                _("Group SMS Assistant"), icon="users-group", url_name="group-list", family="group"
            ),
            Entry(
                _("Sending details"), icon="list-details", url_name="message-list", family="message"
            ),
            Entry(_("Exports"), icon="download", url_name="export-list", family="export"),
            Entry(_("Statistics"), icon="chart-bar", url_name="statistics", family="statistics"),
            Entry(_("Callback log"), icon="webhook", url_name="callback-list", family="callback"),
            Entry(_("Replies"), icon="message-reply", url_name="uplink-list", family="uplink"),
            Entry(
                _("Unsubscribed numbers"),
                icon="bell-off",
                url_name="opt-out-list",
                family="opt",
            ),
            Entry(_("Would it pass?"), icon="check", url_name="rehearsal", family="rehearsal"),
            Entry(
                _("Error codes"),
                icon="alert-circle",
                url_name="error-code-list",
                family="error",
            ),
            Entry(_("API"), icon="file-text", url_name="api-reference", family="api"),
            Entry(
                _("Inbox"),
                icon="device-mobile-message",
                url_name="inbox",
                family="inbox",
                is_demo=True,
            ),
            Entry(
                _("Scenario numbers"),
                icon="test-pipe",
                url_name="scenario-list",
                family="scenario",
                is_demo=True,
            ),
        ),
    ),
    Section(
        _("General management"),
        (
            Entry(
                _("Balance and packages"),
                icon="file-spreadsheet",
                url_name="billing",
                family="billing",
            ),
            Entry(_("Contacts"), icon="address-book", url_name="contact-list", family="contact"),
            Entry(_("Messages"), icon="bell", url_name="notice-list", family="notice"),
            Entry(_("Webhooks"), icon="webhook", url_name="webhook-list", family="webhook"),
            Entry(_("Quotas"), icon="gauge", url_name="quota-list", family="quota"),
            Entry(
                _("Traffic thresholds"),
                icon="gauge",
                url_name="threshold-page",
                family="threshold",
            ),
            Entry(
                _("Sending frequency"),
                icon="clock",
                url_name="frequency-list",
                family="frequency",
            ),
            Entry(_("Blocklist"), icon="bell-off", url_name="hit-list", family="hit"),
            Entry(_("Number control"), icon="ban", url_name="rule-list", family="rule"),
            Entry(_("Tickets"), icon="message-2", url_name="ticket-list", family="ticket"),
            Entry(_("Members"), icon="users-group", url_name="member-list", family="member"),
            Entry(_("Access keys"), icon="key", url_name="key-list", family="key"),
            Entry(_("Audit trail"), icon="file-text", url_name="audit-list", family="audit"),
        ),
    ),
)


def sections() -> Iterator[Section]:
    """The sections with the entries that exist here: the inbox only in demo mode."""
    for section in SECTIONS:
        entries = tuple(one for one in section.entries if settings.SMS_DEMO or not one.is_demo)
        yield Section(section.title, entries)
