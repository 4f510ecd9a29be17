"""A person at the screen: from sign-up to a filled order, in a real browser, with nothing asked of a third party."""

import re
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect, sync_playwright

from bench.own_stack import Stack
from tests.journeys.conftest import Door

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOADED_MS = 20_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert path, "these journeys need Chromium: `make test` installs it, or install it from your system's packages"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield running
        running.close()


class Visit:
    """One page, and what went wrong or left the house while it was open."""

    def __init__(self, page: Page, client_url: str) -> None:
        self.page = page
        self.url = client_url
        self.faults: list[str] = []
        self.foreign: list[str] = []
        page.set_default_timeout(LOADED_MS)
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if urlsplit(url).hostname not in ("127.0.0.1", "localhost", None):
            self.foreign.append(url)


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
def visit(request: pytest.FixtureRequest, browser: Browser, stack: Stack, door: Door) -> Iterator[Visit]:
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height})
    yield Visit(page, stack.client_url)
    page.close()


def sign_up(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}/signup")
    page.get_by_label("Email").fill(f"screen-{uuid4().hex[:10]}@example.com")
    page.get_by_label("Password", exact=True).fill(f"correct horse {uuid4().hex}")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(lambda url: not url.endswith("/signup"))


def press_until(button: Locator, appears: Locator) -> None:
    """A page that was just drawn may not listen yet: press again, as a person would."""
    for _ in range(10):
        button.click()
        try:
            appears.wait_for(state="visible", timeout=2_000)
        except TimeoutError:
            continue
        return
    raise AssertionError("pressed ten times, and nothing came")


def deposit(visit: Visit, asset: str, amount: str) -> None:
    page = visit.page
    page.goto(f"{visit.url}/wallet")
    dialog = page.get_by_role("dialog")
    press_until(page.get_by_role("button", name="Deposit", exact=True).first, dialog)
    field = dialog.get_by_label("Asset")
    if asset not in (field.text_content() or ""):
        field.click()
        page.get_by_role("option", name=asset, exact=True).click()
    page.get_by_test_id("deposit-amount").fill(amount)
    page.get_by_test_id("deposit-submit").click()
    expect(page.get_by_test_id(f"balance-{asset}")).to_contain_text("10,000")


def open_form(visit: Visit, side: str) -> None:
    """On a phone the form is a sheet behind two large buttons; elsewhere it is there, and has a side."""
    page = visit.page
    form = page.get_by_test_id("order-form")
    if not form.is_visible():
        press_until(page.get_by_role("button", name=side, exact=True).last, form)
    elif page.get_by_role("radio", name=side, exact=True).count():
        page.get_by_role("radio", name=side, exact=True).click()


def submit(visit: Visit, side: str) -> None:
    """Press the button, and confirm where the app asks for a second look."""
    page = visit.page
    page.get_by_test_id(f"{side}-submit").click()
    review = page.get_by_role("alertdialog")
    toast = page.get_by_test_id("toast").first
    expect(review.or_(toast).first).to_be_visible()
    if review.is_visible():
        review.get_by_role("button", name=re.compile("^(Buy|Sell)")).click()
    expect(toast).to_be_visible()


def close_form(visit: Visit) -> None:
    sheet = visit.page.get_by_role("dialog").get_by_role("button", name="Close")
    if sheet.count():
        sheet.first.click()
        expect(visit.page.get_by_role("dialog")).to_have_count(0)


def show(visit: Visit, tab: str) -> None:
    visit.page.get_by_role("tab", name=re.compile(f"^{tab}")).last.click()


def test_a_person_signs_up_deposits_trades_and_sees_it(visit: Visit, door: Door) -> None:
    page = visit.page
    sign_up(visit)
    deposit(visit, "USDT", "10000")
    page.goto(f"{visit.url}/trade/BTCUSDT")
    expect(page.get_by_test_id("last-price").first).to_have_text(re.compile(r"\d"))

    open_form(visit, "Buy")
    page.get_by_role("radio", name="Market", exact=True).click()
    page.get_by_test_id("buy-amount").fill("0.01")
    submit(visit, "buy")
    close_form(visit)
    show(visit, "Order history")
    expect(page.get_by_test_id("history-order").first).to_contain_text("Filled")
    show(visit, "Trades" if page.get_by_test_id("own-trades").count() else "Trade")
    expect(page.get_by_test_id("own-trade").first).to_contain_text("Buy")
    show(visit, "Balances")
    expect(page.get_by_test_id("balance-BTC")).to_contain_text("0.00999")  # a tenth of a percent is the fee
    expect(page.get_by_test_id("chart").locator("canvas").first).to_be_attached()

    bid = float(door.call("GET", "/api/v3/ticker/bookTicker?symbol=BTCUSDT")["bidPrice"])
    open_form(visit, "Buy")
    page.get_by_role("radio", name="Limit", exact=True).click()
    page.get_by_test_id("order-price").fill(f"{bid * 0.97:.2f}")
    page.get_by_test_id("buy-amount").fill("0.02")
    submit(visit, "buy")
    close_form(visit)
    show(visit, "Open orders")
    expect(page.get_by_test_id("open-order")).to_have_count(1)
    page.get_by_test_id("cancel-order").click()
    expect(page.get_by_test_id("open-order")).to_have_count(0)
    assert visit.faults == []
    assert visit.foreign == []


def test_an_order_stands_in_the_book_until_it_is_cancelled(visit: Visit, door: Door) -> None:
    """With the simulator at rest the book holds nothing but this order."""
    page = visit.page
    sign_up(visit)
    deposit(visit, "USDT", "10000")
    with door.simulator_at_rest("SOLUSDT"):
        page.goto(f"{visit.url}/trade/SOLUSDT")
        expect(page.get_by_test_id("last-price").first).to_have_text(re.compile(r"\d"))
        open_form(visit, "Buy")
        page.get_by_test_id("order-price").fill("77.77")
        page.get_by_test_id("buy-amount").fill("1.234")
        submit(visit, "buy")
        close_form(visit)
        book = page.get_by_role("listbox", name="Order book")
        if not book.is_visible():
            press_until(page.get_by_role("button", name="Book", exact=True), book)
        expect(book).to_contain_text("77.77")
        expect(book).to_contain_text("1.234")
        page.get_by_test_id("cancel-order").click()
        expect(book).not_to_contain_text("1.234")
    assert visit.foreign == []


def test_every_page_opens_without_a_fault_or_a_foreign_request(visit: Visit) -> None:
    sign_up(visit)
    for path in ("", "/markets", "/trade/ETHBTC", "/wallet", "/orders", "/account", "/login"):
        visit.page.goto(f"{visit.url}{path}")
        visit.page.wait_for_timeout(1_000)
        width = visit.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, f"{path or '/'} scrolls sideways by {width} px"
    assert visit.faults == []
    assert visit.foreign == []
