from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from .stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product as `make run` starts it, with a data folder of its own."""
    folder = tmp_path_factory.mktemp("stack")
    with running_stack(folder) as running:
        yield running


@pytest.fixture
def complaints() -> list[str]:
    """What browsers complained about: script errors and refusals of the security policy."""
    return []


@pytest.fixture
def open_page(browser: Browser, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser profile of its own, with any of Playwright's context options."""
    contexts: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        # htmx logs each request that ends because the page was left.
        if message.type == "error" and not message.text.startswith("htmx:"):
            complaints.append(f"{message.location}: {message.text}")

    def open_(**options: object) -> Page:
        contexts.append(browser.new_context(**{"locale": "en-US", **options}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", listen)
        return page

    yield open_
    for context in contexts:
        context.close()
