"""The room in a real Chromium, as a researcher uses it. Skipped where there is none; CI installs it."""

from __future__ import annotations

import shutil
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")
pytest.importorskip("playwright.sync_api")

QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium, origin):
    """Makes tabs of a browser; at the end nothing may have been said in the console or asked of another host."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def make(**options):
        context = chromium.new_context(base_url=origin, **{"locale": "vi-VN", "viewport": WIDE, **options})
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: said.append(f"{message.text} {message.location.get('url')}"))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
        context.on("request", lambda request: asked.append(request.url))
        return tab

    yield make
    for context in contexts:
        assert context.cookies() == []
        context.close()
    assert [line for line in said if not line.endswith("/nope")] == []  # Chromium tells of a page that is not found
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} <= {urlsplit(origin).netloc}


def test_a_researcher_at_work(open_browser, ids):
    tab = open_browser(permissions=["clipboard-read", "clipboard-write"])
    tab.goto("/")
    tab.get_by_role("searchbox").fill("nam dinh")
    tab.get_by_role("button", name="Tìm", exact=True).click()
    assert tab.locator("mark").first.inner_text() == "Nam"
    tab.get_by_role("searchbox").fill("bạc")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**q=b%E1%BA%A1c**")
    assert tab.locator(".count").inner_text().startswith("45 bài")
    tab.get_by_role("complementary").get_by_role("link", name="Kinh tế").click()
    assert tab.locator(".count").inner_text() == "15 bài"
    tab.locator(".chips a").click()
    tab.get_by_role("link", name="Sau").click()
    assert tab.locator(".count").inner_text() == "45 bài · Trang 2 trên 3"

    tab.goto("/?q=sông+Đào")
    tab.get_by_role("link", name="Nam Định thông xe cầu mới qua sông Đào").click()
    picture = tab.locator("figure img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 40
    tab.get_by_role("button", name="Sao chép").first.click()
    from playwright.sync_api import expect

    expect(tab.get_by_role("status").first).to_have_text("Đã sao chép")
    assert tab.evaluate("navigator.clipboard.readText()").startswith("@online{cong-1,")
    tab.get_by_role("button", name="So sánh").click()
    assert "qua sông Đào" in tab.locator("ins").first.inner_text()
    tab.get_by_role("link", name="Trở lại bài").click()
    tab.get_by_role("link", name="Mở trang đã lưu").click()
    assert tab.url.endswith(f"/page/{ids['page']}")
    expect(tab).to_have_title("Cầu")  # its script would have said otherwise
    assert tab.locator("img").evaluate("image => image.naturalWidth") == 40


def test_a_clipboard_that_refuses_is_not_said_to_have_copied(open_browser, ids):
    from playwright.sync_api import expect

    tab = open_browser()
    tab.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('không'))")
    tab.goto(f"/article/{ids['bridge']}")
    tab.get_by_role("button", name="Sao chép").first.click()
    expect(tab.get_by_role("status").first).to_have_text("Đã chọn sẵn; hãy nhấn Ctrl+C hoặc ⌘C")
    assert tab.evaluate("getSelection().toString()").startswith("@online{cong-1,")


def test_a_stored_page_cannot_act(chromium, origin, ids):
    """The bytes as captured: refusals are told in the console, and nothing else happens, not even a connection."""
    context = chromium.new_context(base_url=origin)
    asked, tab = [], context.new_page()
    context.on("requestfinished", lambda request: asked.append(request.url))
    tab.goto(f"/capture/{ids['page']}")
    tab.wait_for_timeout(500)
    assert tab.title() == "Cầu"
    assert tab.url == f"{origin}/capture/{ids['page']}"
    assert asked == [tab.url]
    context.close()


def test_no_style_of_a_stored_page_hides_the_line_above_it(chromium, portal):
    style = "*, congtin-archive, a { display: none !important; color: transparent !important; font-size: 0 !important }"
    page = f"<style>{style}</style><style>html, body {{ display: block !important }}</style><p>x</p>".encode()
    ids = []
    room = portal(lambda newsroom: ids.append(newsroom.kept(newsroom.Story("http://cong.example/a", "Bài"), page)))
    context = chromium.new_context(base_url=str(room.base_url), locale="vi-VN")
    tab = context.new_page()
    tab.goto("/page/1")
    assert tab.locator("p").is_hidden()
    assert tab.locator("congtin-archive").bounding_box()["height"] > 20
    tab.get_by_role("link", name="Bài đọc từ trang này").click()
    assert tab.url == f"{room.base_url}/article/{ids[0]}"
    context.close()


@pytest.mark.parametrize("path", ["/", "/?q=độc", "/article/{hostile}", "/crawls", "/page/{hostile_page}"])
def test_a_hostile_article_is_inert(open_browser, ids, path):
    tab = open_browser()
    tab.goto(path.format(**ids))
    tab.wait_for_timeout(200)
    assert tab.title() != "pwned"


SHOWN = [
    "/article/{bridge}",
    "/article/{bridge}/diff",
    "/article/{table}",
    "/?q=hội&section=Kinh+tế&page=2",
    "/?q=bác+nén",
    "/timeline",
    "/crawls",
]
MORE = ["/", "/?q=nam+dinh", "/article/{bridge}?version=1", "/article/{hostile}", "/nope"]  # of the same parts


@pytest.mark.parametrize(
    ("path", "size", "scheme"),
    [
        *(pytest.param(path, NARROW, "dark", id=f"{path} narrow-dark") for path in [*SHOWN, *MORE]),
        *(pytest.param(path, WIDE, "light", id=f"{path} wide-light") for path in SHOWN),
    ],
)
def test_anyone_can_use_it(open_browser, ids, path, size, scheme):
    from axe_playwright_python.sync_playwright import Axe

    tab = open_browser(viewport=size, color_scheme=scheme, bypass_csp=True)  # axe-core is a script of the test's
    answer = tab.goto(path.format(**ids))
    faults = [fault for fault in Axe().run(tab).response["violations"] if fault["impact"] in ("serious", "critical")]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert answer.status in (200, 404)


def test_the_keyboard_alone(open_browser, ids):
    tab = open_browser()
    tab.goto(f"/article/{ids['bridge']}")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.locator(".skip").bounding_box()["x"] >= 0
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"
    tab.keyboard.press("Tab")
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_without_script_the_citation_can_still_be_taken(open_browser, ids):
    tab = open_browser(java_script_enabled=False)
    tab.goto(f"/article/{ids['bridge']}")
    assert tab.locator("#cite-bibtex").inner_text().startswith("@online")
    assert tab.get_by_role("button", name="Sao chép").count() == 0
    assert tab.get_by_role("link", name="Tải về").first.is_visible()


def test_datasettes_pages_work_under_their_policy(open_browser):
    tab = open_browser()
    tab.goto("/archive/articles")
    tab.locator(".nav-menu summary").click()
    tab.get_by_role("link", name="Phòng đọc / Reading room").click()
    assert tab.locator("h1").inner_text() == "Bài mới nhất"
    tab.goto("/archive?sql=select+1")
    assert tab.locator(".CodeMirror").count() == 1  # its script ran
