"""Somebody who registers: the steps from nothing to the first message, in one's own language."""

import re
import time
from pathlib import Path

from django.utils.translation import gettext, override
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.reviews.papers import png

from .pages import PATIENCE_MS, Person

CREDIT_CODE = "91350100M000100Y43"
EMAIL_PATIENCE_S = 30


class Newcomer(Person):
    """Follows the one next action of each page; `language` is the one that the pages are in."""

    def __init__(self, page: Page, base_url: str, *, email: str, language: str) -> None:
        super().__init__(page, base_url)
        self.email = email
        self.language = language
        self.pictures = 0
        page.context.add_cookies([{"name": "django_language", "value": language, "url": base_url}])

    def said(self, source: str) -> str:
        """How the product says an English sentence of its own in the person's language."""
        with override(self.language):
            return gettext(source)

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=self.said(button), exact=True).click()

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(self.said(label)).first.fill(value)

    def sees(self, source: str) -> Locator:
        """Wait until a sentence stands on the page."""
        found = self.page.get_by_text(self.said(source)).first
        expect(found).to_be_visible()
        return found

    def keep_picture(self, name: str) -> None:
        self.pictures += 1
        self.photograph(f"first-sms-{self.language}/{self.pictures:02}-{name}")

    def follow_next_action(self, name: str) -> None:
        """Go to the overview and take its next action; the only one it offers."""
        self.open("/")
        self.keep_picture(f"overview-before-{name}")
        action = self.page.locator(".way .btn-primary")
        expect(action).to_have_count(1)
        action.click()

    def register(self, password: str, log: Path) -> None:
        """Register by e-mail; the code is in the e-mail that the product writes to `log`."""
        self.open("/accounts/login/")
        self.page.get_by_role("link", name=self.said("Register")).click()
        self.page.fill("#id_email", self.email)
        self.page.fill("#id_password1", password)
        self.page.fill("#id_password2", password)
        self.keep_picture("register")
        self.press("Register")
        self.page.wait_for_url("**/confirm-email/**")
        self.keep_picture("e-mail-code")
        self.page.fill("#id_code", _code_in(log, self.email))
        self.press("Confirm")
        self.page.wait_for_url("**/registration")
        self.keep_picture("registration")
        self.press("Begin with the mobile number")

    def bind_mobile(self, mobile: str) -> None:
        """The code comes by SMS, which the inbox shows in another tab."""
        self.fill("Mobile number", mobile)
        self.keep_picture("mobile")
        self.press("Send a security code")
        link = self.page.locator("a[href='/inbox'][target]")
        expect(link).to_be_visible()
        self.keep_picture("mobile-code")
        with self.page.expect_popup() as opened:
            link.click()
        inbox = opened.value
        bubble = inbox.locator(".bubble").filter(has_text=re.compile(r"\d{6}")).last
        expect(bubble).to_be_visible(timeout=PATIENCE_MS)
        code = re.search(r"\d{6}", bubble.inner_text())
        assert code
        inbox.close()
        self.page.locator("#mobile-code").fill(code[0])
        self.press("Verify")

    def say_who_pays_what(self, enterprise: str) -> None:
        self.fill("Enterprise name", enterprise)
        self.keep_picture("information")
        self.press("Save and go on")
        self.page.locator("[name=provider]").first.check()
        self.page.get_by_label(self.said("Contract number")).fill("C-2026-17")
        self.keep_picture("payment")
        self.press("Save and go on")

    def prove_the_enterprise(self) -> None:
        self.fill("Certificate number", CREDIT_CODE)
        self.fill("Legal person", "示例甲")
        paper = FilePayload(name="licence.png", mimeType="image/png", buffer=png(600, 400))
        self.page.locator("input[type=file]").set_input_files(paper)
        self.keep_picture("real-name")
        self.press("Submit for review")
        self.sees("Submitted. You get an e-mail when it is decided.")
        self.keep_picture("real-name-waiting")

    def enable(self) -> None:
        self.page.locator("#id_accepts").check()
        self.keep_picture("enable")
        self.press("Enable now")
        self.page.wait_for_url("**/account")
        self.fill("Contact name", "示例乙")
        self.fill("Contact e-mail address", self.email)
        self.keep_picture("account")
        self.press("Save")

    def create_application(self, name: str) -> None:
        self.fill("Application name", name)
        self.keep_picture("application-create")
        self.press("Create application")
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()
        self.keep_picture("application")

    def apply_for_signature(self, name: str) -> None:
        self.page.locator("#id_type").select_option("NOTIFY_TYPE")
        self.page.fill("#id_name", name)
        expect(self.page.locator(".bubble")).to_contain_text(f"【{name}】")
        self.keep_picture("signature-create")
        self.press("Submit for review")
        self.page.wait_for_url(re.compile(r"/signatures/[0-9a-f-]{36}$"))
        self.keep_picture("signature")

    def apply_for_template(self, name: str, content: str, *, signature: str) -> None:
        """Apply for a template with the one variable `${1}`, a code or number."""
        self.page.locator("#id_type").select_option("NOTIFY_TYPE")
        option = self.page.locator("#id_signature option", has_text=f"【{signature}】")
        expect(option).to_be_attached()
        self.page.locator("#id_signature").select_option(value=option.get_attribute("value"))
        self.page.fill("#id_name", name)
        self.page.fill("#id_content", content)
        self.page.locator("#attribute_1").select_option("CHARDIGIT")
        self.page.locator("#sample_1").fill("C1001")
        expect(self.page.locator(".bubble")).to_contain_text("C1001")
        self.keep_picture("template-create")
        self.press("Submit for review")
        self.page.wait_for_url(re.compile(r"/templates/[0-9a-f-]{36}$"))
        self.keep_picture("template")

    def send_and_watch(self, mobile: str) -> None:
        """Send a message on the test page; wait until the same page says that it arrived."""
        self.fill("Recipient", mobile)
        expect(self.page.locator("#request")).to_contain_text(f"+86{mobile}")
        self.keep_picture("send")
        self.press("Send")
        delivered = self.page.locator("#report .pill-good")
        expect(delivered).to_have_text(self.said("Delivered"), timeout=PATIENCE_MS)
        self.keep_picture("delivered")


def _code_in(log: Path, email: str) -> str:
    """The code of the last e-mail to somebody; waits for it."""
    deadline = time.monotonic() + EMAIL_PATIENCE_S
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        _, _, tail = text.rpartition(f"To: {email}")
        found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", tail.partition("\n\n")[2])
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError(f"No e-mail with a code to {email} within {EMAIL_PATIENCE_S} s")
