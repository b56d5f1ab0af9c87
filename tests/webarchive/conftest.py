"""Pages that a web archive holds, and the command that recovers them."""

from __future__ import annotations

import importlib.util
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from archive import Archive
from crawler.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BODY = (
    "Sáng nay, bà con xã Giao Thịnh xuống đồng gặt những thửa lúa đầu tiên của vụ chiêm, sớm hơn năm ngoái một tuần.",
    "Theo hợp tác xã, năng suất ước đạt bảy tấn một héc-ta, giá thóc tươi bán tại ruộng cao hơn năm ngoái.",
)


def article(title: str, *more: str, picture: str = "", views: int = 0) -> bytes:
    """An article of a portal that nobody has described; `views` is furniture, which makes no version."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*BODY, *more))
    figure = f'<figure><img src="{picture}"><figcaption>Gặt lúa ở Giao Thịnh.</figcaption></figure>' if picture else ""
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>
    <ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/tin">Tin tức</a></li></ul>
    <article><h1>{title}</h1><div class="date">12/03/2019 08:15</div><div class="content">{text}{figure}</div></article>
    <aside>Lượt xem: {views}</aside><footer>Cơ quan chủ quản: Sở Thông tin</footer></body></html>""".encode()


def listing(*links: tuple[str, str]) -> bytes:
    items = "".join(
        f'<li class="item"><h3><a href="{url}">{title}</a></h3><span>12/03/2019</span></li>' for url, title in links
    )
    return f'<html><body><h2>Tin tức</h2><ul class="list">{items}</ul></body></html>'.encode()


@pytest.fixture
def web() -> Iterator[Any]:
    with _web_archive().WebArchive() as web:
        yield web


def _web_archive() -> Any:
    spec = importlib.util.spec_from_file_location("webarchive", Path(__file__).parents[1] / "portal" / "webarchive.py")
    assert spec and spec.loader
    sys.modules["webarchive"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kho"


@pytest.fixture
def recovered(web: Any, folder: Path) -> Callable[..., Result]:
    """The command, of the web archive and into the archive of the test."""
    told = ["--server", web.server, "--delay", "0", "--archive", str(folder)]
    return lambda *words: CliRunner().invoke(main, ["import", "wayback", *words, *told])


@pytest.fixture
def rows(folder: Path) -> Callable[[str], list[Any]]:
    def ask(query: str) -> list[Any]:
        with Archive(folder) as archive:
            return archive.db.conn.execute(query).fetchall()

    return ask


@pytest.fixture
def pages() -> tuple[Callable[..., bytes], Callable[..., bytes]]:
    """Makers of pages: of an article, of a listing."""
    return article, listing


@pytest.fixture
def everything() -> Callable[[Path], dict[str, list[Any]]]:
    """What an archive says of its articles, by what names them and not by their numbers."""

    def told(folder: Path) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = defaultdict(list)
        with Archive(folder) as archive:
            conn = archive.db.conn
            for name, query in _TOLD.items():
                found[name] = sorted(map(repr, conn.execute(query)))
        return found

    return told


_TOLD = {
    "articles": (
        "SELECT a.url, portal, section, title, published_at, lead, body, captions, author, source, revision, first_seen_at,"
        " last_seen_at, changed_at, a.gone_at, c.url, c.fetched_at FROM articles a JOIN captures c ON c.id = a.capture_id"
    ),
    "revisions": (
        "SELECT a.url, r.revision, r.seen_at, r.title, r.body, r.images, c.url, c.fetched_at, c.payload_digest"
        " FROM revisions r JOIN articles a ON a.id = r.article_id JOIN captures c ON c.id = r.capture_id"
    ),
    "images": (
        "SELECT a.url, i.position, i.url, caption, credit, i.gone_at, c.payload_digest"
        " FROM images i JOIN articles a ON a.id = i.article_id LEFT JOIN captures c ON c.id = i.capture_id"
    ),
    "captures": "SELECT url, role, status, mime, fetched_at, payload_digest FROM captures",
    "links": "SELECT url, portal, section, state FROM links",
}
