"""What people do in the console, step by step, said in their words."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"
PATIENCE_MS = 60_000
"""How long the carrier, the worker and their schedules may take on a busy machine."""

SCREENS = {"wide": (1440, 900), "phone": (360, 780)}
SHOWN_IN = "theme => { document.documentElement.dataset.bsTheme = theme }"
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Person:
    """Someone at a browser."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url

    def open(self, path: str) -> None:
        self.page.goto(self.base_url + path)

    def sign_in(self, email: str, password: str) -> None:
        self.open("/accounts/login/")
        self.page.fill("#id_login", email)
        self.page.fill("#id_password", password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)

    def confirm_identity(self, password: str) -> None:
        """Answer the question that stands before secrets."""
        self.page.fill("#id_password", password)
        self.page.get_by_role("button", name="Confirm", exact=True).click()
        self.page.wait_for_url(lambda url: "/accounts/reauthenticate" not in url)

    def photograph(self, name: str) -> None:
        """Keep a picture of the whole page in the folder `screenshots`, which git ignores."""
        path = SCREENSHOTS / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=True)


class Photographer(Person):
    """Someone who keeps pictures of what they see."""

    def photograph_everywhere(self, name: str) -> None:
        """Keep the page as a desk and as a phone show it, light and dark."""
        for screen, (width, height) in SCREENS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            for theme in ("light", "dark"):
                self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                self.page.evaluate(SHOWN_IN, theme)
                self.photograph(f"{name}-{screen}-{theme}")
            assert self.page.evaluate(OVERHANG) <= 0, f"{name} is wider than a {screen}"
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.emulate_media(color_scheme="light")
        self.page.evaluate(SHOWN_IN, "light")


class Customer(Person):
    """A member of a customer account, in the portal."""

    def apply_for_signature(self, name: str, *, type_: str) -> None:
        self.open("/signatures/create")
        self.page.get_by_label("Signature type").select_option(label=type_)
        self.page.get_by_label("Signature name").fill(name)
        expect(self.page.locator(".bubble")).to_contain_text(f"【{name}】")
        expect(self.page.get_by_text("find nothing to object to")).to_be_visible()
        self.photograph("journey/1-signature")
        self.page.get_by_role("button", name="Submit for review").click()
        expect(self.page.get_by_text("Under review. Expect the decision by")).to_be_visible()

    def apply_for_template(
        self, name: str, content: str, *, type_: str, signature: str, sample: str
    ) -> None:
        """Apply for a template with the one variable `${1}`, a code or number."""
        self.open("/templates/create")
        self.page.get_by_label("Template type").select_option(label=type_)
        option = self.page.locator("#id_signature option", has_text=f"【{signature}】")
        expect(option).to_be_attached()
        self.page.locator("#id_signature").select_option(value=option.get_attribute("value"))
        self.page.get_by_label("Template name").fill(name)
        self.page.get_by_label("Template content").fill(content)
        self.page.locator("#attribute_1").select_option("CHARDIGIT")
        self.page.locator("#sample_1").fill(sample)
        text = f"【{signature}】{content.replace('${1}', sample)}"
        expect(self.page.locator(".bubble")).to_have_text(text)
        self.photograph("journey/2-template")
        self.page.get_by_role("button", name="Submit for review").click()
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()

    def upload_group(
        self, name: str, *, signature: str, template: str, rows: Sequence[str]
    ) -> None:
        """Create a group task from a csv file whose rows are all good."""
        self.choose_message(name, signature=signature, template=template)
        file = FilePayload(name="numbers.csv", mimeType="text/csv", buffer="\n".join(rows).encode())
        self.page.get_by_label("Recipient file").set_input_files(file)
        self.photograph("journey/3-group")
        self.page.get_by_role("button", name="Check the recipients").click()
        heading = self.page.get_by_role("heading", name="Every row can be sent")
        expect(heading).to_be_visible(timeout=PATIENCE_MS)

    def choose_message(self, name: str, *, signature: str, template: str) -> None:
        """The first step of a group task, up to the page that asks for recipients."""
        self.open("/group-tasks/create")
        self.page.get_by_label("Task name").fill(name)
        option = self.page.locator("#id_signature option", has_text=signature)
        self.page.get_by_label("Signature").select_option(value=option.get_attribute("value"))
        expect(self.page.locator("#id_template option", has_text=template).first).to_be_attached()
        self.page.get_by_label("Template").select_option(label=template)
        expect(self.page.get_by_role("link", name="Sample workbook")).to_be_visible()
        self.page.get_by_role("button", name="Go on to the recipients").click()
        expect(self.page.get_by_label("Recipient file")).to_be_visible()

    def plan_for(self, moment: datetime) -> None:
        """Confirm the checked task for a time, given in the platform's zone."""
        self.page.get_by_role("link", name="Go on to the time").click()
        self.page.get_by_label("At a planned time").check()
        self.page.get_by_label("Planned time", exact=True).fill(
            moment.strftime("%Y-%m-%dT%H:%M:%S")
        )
        self.photograph("journey/4-checked")
        self.page.get_by_role("button", name="Go on to the confirmation").click()
        self.page.get_by_role("button", name="Confirm and send").click()
        planned = moment.strftime("Starts at %Y-%m-%d %H:%M:%S")
        expect(self.page.get_by_text(planned)).to_be_visible()
        self.photograph("journey/5-planned")

    def expect_delivered(self, count: int) -> None:
        """Wait, without touching anything, until the page itself says so."""
        expect(self.page.locator("#delivered")).to_have_text(str(count), timeout=PATIENCE_MS)
        expect(self.page.get_by_text("Submission processed successfully")).to_be_visible(
            timeout=PATIENCE_MS
        )
        expect(self.page.locator("#failed")).to_have_text("0")
        self.photograph("journey/6-delivered")


class Reviewer(Person):
    """A member of the operations team, in the operations console."""

    def approve(self, title: str) -> None:
        """Open the waiting case of that title and approve it as it is filled in."""
        self.open("/operations/reviews/submission/")
        self.page.get_by_role("link", name=title).first.click()
        approval = self.page.locator("section", has=self.page.locator("#approve-title"))
        self.photograph(f"journey/review-{title}")
        approval.get_by_role("button", name="Approve").click()
        expect(self.page.get_by_text(f"“{title}”").first).to_be_visible()
