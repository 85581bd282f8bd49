"""Every page of the portal and of the operations console, judged by axe-core and by its size.

The lists of pages are those of the guard tests, so that a new page is judged as soon as it is
there. No rule of WCAG 2.1 A or AA may be broken seriously, in light or dark; a page is no heavier
than 300 kB, asks nothing of other machines, and is never wider than a phone.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from playwright.sync_api import Page

from customers.services import invitations
from reviews.roles import REVIEWERS
from tests.factories import UserFactory
from tests.node_packages import node_modules
from tests.operations.addresses import Address
from tests.operations.addresses import addresses as operations_addresses
from tests.operations.conftest import member, quota_case, seeded  # noqa: F401
from tests.portal.conftest import Visitor as Member
from tests.portal.conftest import customer, owner, road  # noqa: F401
from tests.portal.test_access import PAGES, addresses  # noqa: F401

from .visits import Visit, Visitor

pytestmark = pytest.mark.browser

HEAVIEST = 300_000
"""Bytes of a page with all it loads; what draws charts and the API reference comes on top."""
DRAWING = ("vendor/echarts/", "swagger-ui/")

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
GRAVE = ("serious", "critical")
ALIKE = ("delete", "history")
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}

RULES = """
async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ["violations"]})).violations
  .map(({id, impact, nodes}) => ({id, impact, where: nodes[0].html, how: nodes[0].failureSummary}))
"""
DARK = """
() => {
  const root = document.documentElement;
  if (root.dataset.bsTheme) root.dataset.bsTheme = "dark";
}
"""
OVERHANG = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="session")
def axe() -> str:
    """The program text of axe-core."""
    packages = node_modules(Path(__file__).with_name("axe"))
    return (packages / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def judged(page: Page, axe: str) -> Callable[[Client, Iterable[str]], int]:
    """Judges pages as somebody is shown them; tells how many there were."""

    def judge(client: Client, paths: Iterable[str]) -> int:
        visitor = Visitor(page, client)
        found: list[Any] = []
        visited = 0
        for path in paths:
            page.set_viewport_size(WIDE)
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            if visit := visitor.visit(path):
                visited += 1
                found += _faults_of(page, visit, axe)
        assert not found, "\n".join(str(fault) for fault in found)
        return visited

    return judge


def test_the_portal(judged, owner: Member, addresses: dict[str, str]):  # noqa: F811
    paths = [addresses[name] for name, page in PAGES.items() if page.method == "get"]
    assert judged(owner.client, [*paths, *_account_pages()]) > 80


def test_what_people_see_before_they_are_members(judged, owner: Member):  # noqa: F811
    invited = invitations.invite(
        customer=owner.membership.customer,
        email="new@example.com",
        role="viewer",
        actor=owner.membership.user,
    )
    paths = [reverse("portal:invitation", args=[invited.public_id, "wrong"]), "/no-such-page"]
    assert judged(Client(), [*_account_pages(), *paths]) > 3
    newcomer = Client()
    newcomer.force_login(UserFactory())
    assert judged(newcomer, [reverse("portal:registration")]) == 1


def test_the_operations_console(judged, seeded):  # noqa: F811
    client = Client()
    client.force_login(UserFactory(administrator=True))
    assert judged(client, [address.path for address in _each_of_its_kind()]) > 60


def test_the_operations_console_as_a_reviewer_sees_it(judged, seeded):  # noqa: F811
    client = Client()
    client.force_login(member(REVIEWERS))
    assert judged(client, _each_look(client)) > 10


def _each_look(client: Client) -> Iterable[str]:
    """Of the pages that are made of the same templates, fields and all, the first."""
    seen: set[frozenset[str | None]] = set()
    for address in _each_of_its_kind():
        look = frozenset(template.name for template in client.get(address.path).templates)
        if look and look not in seen:
            seen.add(look)
            yield address.path


def _each_of_its_kind() -> Iterable[Address]:
    """All pages of the console; of those that Django draws alike for every model, one."""
    seen: set[str] = set()
    for address in operations_addresses():
        kind = address.name.rpartition("_")[2]
        if kind in ALIKE and kind in seen:
            continue
        seen.add(kind)
        yield address


def _faults_of(page: Page, visit: Visit, axe: str) -> list[Any]:
    """What is wrong with the page that is open."""
    found: list[Any] = [*visit.errors, *visit.outside]
    if visit.size(without=DRAWING) > HEAVIEST:
        found.append(f"{visit.size(without=DRAWING)} bytes")
    page.evaluate(axe)
    found += _violations(page, TAGS)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate(DARK)
    found += _violations(page, ["color-contrast"])
    page.set_viewport_size(PHONE)
    if (overhang := page.evaluate(OVERHANG)) > 0:
        found.append(f"{overhang} px wider than a phone")
    return [(visit.path, fault) for fault in found]


def _violations(page: Page, rules: list[str]) -> list[Any]:
    return [broken for broken in page.evaluate(RULES, rules) if broken["impact"] in GRAVE]


def _account_pages() -> list[str]:
    """Sign-in, second factors and passwords: the pages of allauth that need no object."""
    (accounts,) = (
        entry for entry in get_resolver().url_patterns if str(entry.pattern) == "accounts/"
    )
    names = [key for key in accounts.reverse_dict if isinstance(key, str)]
    return sorted(
        reverse(name) for name in names if not accounts.reverse_dict.getlist(name)[0][0][0][1]
    )
