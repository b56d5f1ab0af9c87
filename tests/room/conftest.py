"""A small archive with one of everything, and the room over it at a real port."""

from __future__ import annotations

import shutil
import struct
import threading
import time
import zlib
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from archive import Archive
from archive.models import Exchange, Provenance
from archive.room.application import ReadingRoom
from archive.room.serve import _listening, server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

SITE = "http://cong.example"
START = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Picture:
    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True)
class Document:
    url: str
    label: str | None = None


@dataclass(frozen=True)
class Story:
    url: str
    title: str
    published_at: str | None = "2023-05-29T08:15:00+07:00"
    published_raw: str | None = None
    section: str | None = "Văn hóa"
    lead: str | None = None
    body: tuple[str, ...] = ("Chợ họp từ sáng sớm.",)
    body_html: str = ""
    images: tuple[Picture, ...] = ()
    author: str | None = None
    author_role: str | None = None
    source: str | None = None
    source_raw: str | None = None
    attachments: tuple[Document, ...] = field(default=())
    layout: str = "thử"


def png(colour: bytes = b"\x8a\x2b\x1d", size: int = 40) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + colour * size) * size
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Newsroom:
    """Fills an archive: every call is one answer of the portal, a minute after the one before."""

    Story, png = Story, staticmethod(png)

    def __init__(self, archive: Archive) -> None:
        self.archive, self.at = archive, START
        self.writer = archive.writer("cong", {"software": "congtin tests"})

    def fetched(
        self,
        url: str,
        body: bytes,
        mime: str = "text/html; charset=utf-8",
        role: Any = "article",
        status: int = 200,
        location: str = f"{SITE}/cau-moi.html",
    ) -> int:
        self.at += timedelta(minutes=1)
        headers = [("Content-Type", mime), ("Set-Cookie", "session=abc")]
        if 300 <= status < 400:
            headers.append(("Location", location))
        exchange = Exchange(url, "GET", [("Host", "cong.example")], status, "OK", headers, body, self.at)
        return self.archive.capture(self.writer, exchange, Provenance("cong", role, "Văn hóa", SITE)).id

    def kept(self, story: Story, page: bytes | None = None) -> int:
        body = page or f"<!DOCTYPE html><title>{story.title}</title><h1>{story.title}</h1>{self.at}".encode()
        capture_id = self.fetched(story.url, body)
        kept = self.archive.keep(story, portal="cong", section=story.section, capture_id=capture_id, link_url=story.url)
        return kept.article_id


BRIDGE = Story(
    f"{SITE}/cau-moi.html",
    "Nam Định thông xe cầu mới qua sông Đào",
    lead="Cây cầu nối hai bờ sau ba năm thi công.",
    body=(
        "Sáng 29/5, đoàn xe đầu tiên qua cầu trong nắng sớm.",
        "Một công trình mong đợi",
        "Cầu dài 870 mét, rộng 16 mét.",
        "Hạng mục | Giá trị",
        "Cầu chính | 540 tỷ",
        "Đường dẫn phía bắc",
        "Đường dẫn phía nam",
        "Người dân hai bờ đi lại dễ hơn.",
    ),
    body_html=(
        "<div><p>Sáng 29/5, đoàn xe đầu tiên qua cầu trong nắng sớm.</p>"
        f'<p><img src="{SITE}/cau.png" alt=""></p><p>Cầu mới nhìn từ bờ nam.</p>'
        "<h3>Một công trình mong đợi</h3><p>Cầu dài 870 mét, rộng 16 mét.</p>"
        "<table><tr><th>Hạng mục</th><th>Giá trị</th></tr><tr><td>Cầu chính</td><td>540 tỷ</td></tr></table>"
        "<ul><li>Đường dẫn phía bắc</li><li>Đường dẫn phía nam</li></ul>"
        f'<p>Người dân hai bờ đi lại dễ hơn.</p><p><img src="{SITE}/mat.png"></p></div>'
    ),
    images=(
        Picture(f"{SITE}/cau.png", "Cầu mới nhìn từ bờ nam.", "Viết Khôi"),
        Picture(f"{SITE}/mat.png", "Đoàn xe đầu tiên."),
    ),
    author="Hồng Hà, Thu Trang",
    author_role="PV",
    source="Báo Nam Định",
    source_raw="(Nguồn: Báo Nam Định)",
    attachments=(
        Document(f"{SITE}/tai-lieu/..%2f..%2fke-hoach%20c%E1%BA%A7u.pdf", "Kế hoạch khai thác"),
        Document(f"{SITE}/mat.docx", "Phụ lục"),
    ),
)
BRIDGE_PAGE = (
    "<!DOCTYPE html><html><head><title>Cầu</title><base href='/'><link rel=preconnect href='http://127.0.0.1:9'>"
    "<link rel=stylesheet href='/style.css'><meta http-equiv=refresh content='0;url=http://cong.example/away'>"
    "<style>@import 'x.css'</style></head><body onload='document.title=\"ran\"' background='x.png'>"
    "<script>document.title='ran'</script><h1>Cầu mới</h1><img src='cau.png' srcset='cau2.png 2x' onerror='x()'>"
    "<p style='background:url(x.png)'>Trang gốc</p><p style='color:green'>xanh</p>"
    "<a href='/tin/khac.html#doan' target=_blank>khác</a><a href='javascript:alert(1)'>chạy</a>"
    "<iframe src='http://127.0.0.1:9/'></iframe><form action='/gui'><input name=a><button>Gửi</button></form>"
    "</body></html>"
)
WIDE_TABLE = Story(
    f"{SITE}/bang.html",
    "Bảng giá vật tư theo huyện",
    body=(" | ".join(f"Vật-tư-số-{n}" for n in range(16)), " | ".join(f"{n}.000.000.000" for n in range(16))),
    body_html="<table>"
    + "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for cells in ([f"Vật-tư-số-{n}" for n in range(16)], [f"{n}.000.000.000" for n in range(16)])
    )
    + "</table>",
)
EVIL = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
HOSTILE = Story(
    "javascript:document.title='pwned'//cong.example/doc.html",
    f"Bài độc {EVIL} {{{{ 7*7 }}}} \x01",
    published_raw=EVIL,
    published_at="2023-01-01",
    section=f'Mục"><script>1</script>{EVIL}',
    lead=f"</p>{EVIL}",
    body=(f"Thân bài độc {EVIL}", "</script><script>document.title='pwned'</script>", "a | b"),
    body_html=f"<p onclick='x()'>{EVIL}</p><style>body{{display:none}}</style><h2>Thân bài độc {EVIL}</h2>",
    images=(
        Picture("javascript:document.title='pwned'", f"Chú thích {EVIL}", f"Tên {EVIL}"),
        Picture(f"{SITE}/doc.png", "</figcaption></style>" + EVIL),
    ),
    author=f"Kẻ {EVIL}",
    author_role=EVIL,
    source=f"Nguồn{EVIL}",
    source_raw=f"--><!--{EVIL}",
    attachments=(Document("javascript:alert(1)", f'"><{EVIL}'), Document(f"{SITE}/%2e%2e%2f%22;x=%0d%0ay.exe", EVIL)),
)


def fill(newsroom: Newsroom) -> dict[str, int]:
    """The ids of what tests ask for by name."""
    archive, ids = newsroom.archive, {}
    crawl = archive.begin_crawl("cong")
    ids["old"] = newsroom.kept(
        replace(BRIDGE, title="Nam Định sắp thông xe cầu mới", body=("Cầu dài 870 mét.", *BRIDGE.body[1:]))
    )
    ids["first"] = 1  # its first capture
    ids["bridge"] = newsroom.kept(BRIDGE, BRIDGE_PAGE.encode())
    ids["page"] = archive.article(ids["bridge"])["capture_id"]
    ids["picture"] = newsroom.fetched(f"{SITE}/cau.png", png(), "image/png", "image")
    pdf = BRIDGE.attachments[0].url
    ids["document"] = newsroom.fetched(pdf, b"%PDF-1.4 kh\xc3\xb4ng", "application/pdf", "attachment")
    newsroom.fetched(f"{SITE}/mat.png", b"<h1>404</h1>", "text/html", "image", 404)
    archive.fail(crawl, url=f"{SITE}/mat.png", field=None, error="Missing", message=f"404 {EVIL}")
    ids["missing"] = newsroom.fetched(f"{SITE}/mat-het.html", b"<h1>khong con</h1>", status=404)
    ids["moved"] = newsroom.fetched(f"{SITE}/cu.html", b"", status=301)
    ids["hostile"] = newsroom.kept(HOSTILE, f"<h1>{EVIL}</h1>".encode())
    with archive.db.conn as conn:  # no reader gives such a date; whoever can write the database can
        conn.execute("UPDATE articles SET published_at = ? WHERE id = ?", (HOSTILE.published_at + EVIL, ids["hostile"]))
    ids["hostile_page"] = archive.article(ids["hostile"])["capture_id"]
    ids["svg"] = newsroom.fetched(f"{SITE}/doc.png", f"<svg>{EVIL}</svg>".encode(), "image/svg+xml", "image")
    for number in range(1, 46):
        year, author = 2020 + number % 4, ("Lê Thúy", "Đỗ Hoà", "Hồng Hà")[number % 3]
        newsroom.kept(
            Story(
                f"{SITE}/tin/{number}.html",
                f"Hội làng thứ {number} mở bên sông",
                f"{year}-0{number % 9 + 1}-15",
                section=("Kinh tế", "Văn hóa", "Xã hội")[number % 3],
                lead="Bạc nén và lụa tơ tằm bày kín sân đình.",
                author=author,
                source=("Báo Nam Định", None, "TTXVN")[number % 3],
            )
        )
    ids["table"] = newsroom.kept(WIDE_TABLE)
    archive.ledger.discover("cong", [(f"{SITE}/no.html", "Văn hóa", SITE)], crawl)
    archive.finish_crawl(crawl, outcome="done", exit_code=3, counts={"new": 47, "failed": 1}, coverage={"lead": 0.978})
    newsroom.writer.close()
    return ids


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    folder = tmp_path_factory.mktemp("phong") / "kho"
    with Archive(folder, create=True) as archive:
        return folder, fill(Newsroom(archive))


@pytest.fixture(scope="session")
def folder(filled: tuple[Path, dict[str, int]]) -> Path:
    return filled[0]


@pytest.fixture(scope="session")
def ids(filled: tuple[Path, dict[str, int]]) -> dict[str, int]:
    return filled[1]


class Served:
    """A room at a port of this machine, for as long as the block lasts."""

    def __init__(self, folder: Path) -> None:
        self._room, self._listener = ReadingRoom(folder), _listening(0)
        self._server = server(self._room)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> str:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self.origin

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
        for database in self._room.databases.values():
            database.close()
        self._room.executor.shutdown()


@pytest.fixture(scope="session")
def serving() -> Callable[[Path], AbstractContextManager[str]]:
    return Served


@pytest.fixture(scope="session")
def origin(folder: Path) -> Iterator[str]:
    with Served(folder) as origin:
        yield origin


@pytest.fixture(scope="session")
def room(origin: str) -> Iterator[httpx.Client]:
    """Asks the room in English, unless told otherwise."""
    with httpx.Client(base_url=origin, headers={"Accept-Language": "en"}, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def pages() -> dict[str, bytes]:
    """The pages that were captured, by name."""
    return {"bridge": BRIDGE_PAGE.encode()}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Fills a new archive with what a function does with a newsroom, and gives a client of the room over it."""
    rooms = ExitStack()

    def opened(work: Callable[[Newsroom], object]) -> httpx.Client:
        with Archive(tmp_path / "kho", create=True) as archive:
            newsroom = Newsroom(archive)
            work(newsroom)
            newsroom.writer.close()
        origin = rooms.enter_context(Served(tmp_path / "kho"))
        return rooms.enter_context(httpx.Client(base_url=origin, headers={"Accept-Language": "en"}, timeout=30))

    with rooms:
        yield opened


@pytest.fixture
def damaged_room(folder: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """The same archive with its WARC file cut short."""
    copy = tmp_path / "kho"
    shutil.copytree(folder, copy)
    for warc in (copy / "warc").iterdir():
        warc.write_bytes(warc.read_bytes()[:1000])
    with Served(copy) as origin, httpx.Client(base_url=origin, headers={"Accept-Language": "en"}) as client:
        yield client


@pytest.fixture
def empty_folder_room(tmp_path: Path) -> Iterator[tuple[Path, httpx.Client, Callable[[Archive], str]]]:
    """An empty archive, a room over it, and what writes an article into it and returns its headline."""

    def write(archive: Archive) -> str:
        newsroom = Newsroom(archive)
        newsroom.kept(BRIDGE)
        newsroom.writer.close()
        return BRIDGE.title

    Archive(tmp_path / "kho", create=True).close()
    with Served(tmp_path / "kho") as origin, httpx.Client(base_url=origin, headers={"Accept-Language": "en"}) as client:
        yield tmp_path / "kho", client, write
