"""An archive filled as a crawl fills it, from pages that are read as any other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from archive import Archive
from archive.models import Capture, Exchange, Kept, Provenance
from crawler.again.readers import Readers
from crawler.cli import main
from crawler.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

START = datetime(2023, 5, 29, 1, 15, tzinfo=UTC)
HTML = "text/html; charset=utf-8"
BODY = (
    "Sáng nay, bà con xã Giao Thịnh xuống đồng gặt những thửa lúa đầu tiên của vụ chiêm, sớm hơn năm ngoái một tuần.",
    "Theo hợp tác xã, năng suất ước đạt bảy tấn một héc-ta, giá thóc tươi bán tại ruộng cao hơn năm ngoái.",
)


def html(title: str, *paragraphs: str, day: str = "29/05/2023 08:15", picture: str = "", more: str = "") -> bytes:
    """An article's page of a portal that nobody has described."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or BODY)
    figure = f'<figure><img src="{picture}"><figcaption>Gặt lúa ở Giao Thịnh.</figcaption></figure>' if picture else ""
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>
    <ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/tin">Tin tức</a></li></ul>
    <article><h1>{title}</h1><div class="date">{day}</div><div class="content">{text}{figure}</div></article>{more}
    <footer>Cơ quan chủ quản: Sở Thông tin</footer></body></html>""".encode()


def listing(*links: tuple[str, str]) -> bytes:
    items = "".join(
        f'<li class="item"><h3><a href="{url}">{title}</a></h3><span>29/05/2023</span></li>' for url, title in links
    )
    return f'<html><body><h2>Tin tức</h2><ul class="list">{items}</ul></body></html>'.encode()


@dataclass
class Press:
    """Every call is one answer that came in, a minute after the one before, unless told when."""

    archive: Archive
    portal: str = "x.vn"
    at: datetime = START
    crawl: int = 0
    _writers: list[Any] = field(default_factory=list)

    def begin(self) -> None:
        """A crawl begins."""
        self.close()
        self.crawl = self.archive.begin_crawl(self.portal)
        self._writers.append(self.archive.writer(self.portal, {"software": "congtin tests"}))

    def close(self) -> None:
        if self._writers:
            self._writers.pop().close()

    def capture(self, url: str, body: bytes, status: int = 200, **fields: Any) -> Capture:
        self.at = fields.pop("at", None) or self.at + timedelta(minutes=1)
        mime = fields.pop("mime", HTML)
        about = Provenance(
            self.portal, fields.pop("role", "article"), fields.pop("section", "Tin tức"), fields.pop("via", None)
        )
        headers = [("Content-Type", mime), *fields.pop("headers", [])]
        exchange = Exchange(url, "GET", [("Host", "x.vn")], status, "OK", headers, body, self.at, **fields)
        return self.archive.capture(self._writers[-1], exchange, about)

    def publish(self, url: str, body: bytes, **fields: Any) -> Kept:
        """What the spider does with a link's answer that is an article."""
        self.archive.ledger.discover(
            self.portal, [(url, "Tin tức", None)], self.crawl, now=self.at + timedelta(minutes=1)
        )
        capture = self.capture(url, body, **fields)
        self.archive.ledger.trying(url, self.crawl)
        article = read(body, url, content_type=HTML)
        return self.archive.keep(article, portal=self.portal, section="Tin tức", capture_id=capture.id, link_url=url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kho"


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    with Archive(folder, create=True) as archive:
        yield archive


@pytest.fixture
def press(archive: Archive) -> Iterator[Press]:
    press = Press(archive)
    press.begin()
    yield press
    press.close()


@pytest.fixture
def filled(press: Press) -> Archive:
    return fill(press)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The same archive for all tests of a file, each of which leaves it as it was."""
    with Archive(tmp_path_factory.mktemp("kho"), create=True) as archive:
        press = Press(archive)
        press.begin()
        yield fill(press)


def fill(press: Press) -> Archive:
    """Three articles, one of them in three versions, and a picture."""
    press.publish("https://x.vn/tin/gat-lua-1001", html("Gặt lúa chiêm ở Giao Thịnh", picture="/anh/gat.jpg"))
    press.capture("https://x.vn/anh/gat.jpg", b"\xff\xd8 anh", role="image", mime="image/jpeg")
    press.publish("https://x.vn/tin/muoi-1002", html("Diêm dân Văn Lý vào vụ muối mới"))
    press.publish("https://x.vn/tin/le-hoi-1003", html("Lễ hội Phủ Dầy đông khách"))
    press.publish("https://x.vn/tin/le-hoi-1003", html("Lễ hội Phủ Dầy đông khách hơn", picture="/anh/hoi.jpg"))
    press.publish("https://x.vn/tin/le-hoi-1003", html("Lễ hội Phủ Dầy đón vạn khách", *BODY, "Hội kéo dài mười ngày."))
    press.close()
    return press.archive


@pytest.fixture
def readers(folder: Path) -> Readers:
    return Readers(folder)


@pytest.fixture
def presses() -> type[Press]:
    """For a test that wants another portal, or another archive."""
    return Press


@pytest.fixture
def congtin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command, with the archive of the test."""
    monkeypatch.setenv("CONGTIN_ARCHIVE", str(folder))
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def pages() -> tuple[Callable[..., bytes], Callable[..., bytes]]:
    """Makers of pages: of an article, of a listing."""
    return html, listing
