"""A real archive in a folder of its own, and what it takes to fill it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from archive import Archive
from archive.models import Capture, Exchange, Kept, Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from archive.warc import WarcWriter

START = datetime(2023, 5, 29, 1, 15, tzinfo=UTC)


@dataclass
class Image:
    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass
class Attachment:
    url: str
    label: str | None = None


@dataclass
class Story:
    """What a reader of pages hands over; only its shape counts."""

    url: str
    title: str = "Nam Định mở lại chợ phiên bên sông Đào"
    published_at: str | None = "2023-05-29T08:15:00+07:00"
    published_raw: str | None = "Thứ 2, Ngày 29 / 05 / 2023"
    section: str | None = None
    lead: str | None = None
    body: tuple[str, ...] = ("Phiên chợ đầu tiên họp từ sáng sớm.", "Bà con mang ra hoa, gạo và đồ đan lát.")
    body_html: str = "<p>Phiên chợ đầu tiên họp từ sáng sớm.</p>"
    images: tuple[Image, ...] = ()
    author: str | None = None
    author_role: str | None = None
    source: str | None = None
    source_raw: str | None = None
    attachments: tuple[Attachment, ...] = ()
    layout: str = "thử"


class Desk:
    """One archive at work: every call is one page that came in, a minute after the one before."""

    Story, Image, Attachment = Story, Image, Attachment

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.writer: WarcWriter = archive.writer("namdinh", {"software": "congtin tests"})
        self.at = START

    def exchange(self, url: str, body: bytes = b"<p>trang</p>", status: int = 200, **fields: Any) -> Exchange:
        self.at += timedelta(minutes=1)
        known: dict[str, Any] = {
            "method": "GET",
            "request_headers": [("Host", "namdinh.example"), ("Accept-Encoding", "gzip, deflate")],
            "reason": "OK",
            "response_headers": [("Content-Type", "text/html; charset=utf-8")],
            "fetched_at": self.at,
        }
        return Exchange(url=url, body=body, status=status, **{**known, **fields})

    def capture(self, url: str, body: bytes = b"<p>trang</p>", status: int = 200, **fields: Any) -> Capture:
        role = fields.pop("role", "article")
        exchange = self.exchange(url, body, status, **fields)
        return self.archive.capture(self.writer, exchange, Provenance("namdinh", role, "Tin tức", "https://x.vn/tin"))

    def keep(self, story: Story, link_url: str | None = None, section: str | None = "Tin tức") -> Kept:
        """Finds the link, captures a page of the story's own and keeps the story."""
        self.archive.ledger.discover("namdinh", [(link_url or story.url, section, None)])
        capture = self.capture(link_url or story.url, repr((story, self.at)).encode())
        return self.archive.keep(
            story, portal="namdinh", section=section, capture_id=capture.id, link_url=link_url or story.url
        )

    def articles(self, *titles: str, **fields: Any) -> list[int]:
        """One article for each title, their ids."""
        return [
            self.keep(Story(f"https://x.vn/{self.at:%d%H%M}-{n}", title, **fields)).article_id
            for n, title in enumerate(titles)
        ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kho"


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    with Archive(folder, create=True) as archive:
        yield archive


@pytest.fixture
def desk(archive: Archive) -> Iterator[Desk]:
    desk = Desk(archive)
    yield desk
    desk.writer.close()


@pytest.fixture
def files(folder: Path) -> Callable[[], list[str]]:
    """The names in the WARC folder, sorted."""
    return lambda: sorted(path.name for path in (folder / "warc").iterdir())


@pytest.fixture(scope="session")
def desks() -> type[Desk]:
    """For a test that keeps one archive for all its cases."""
    return Desk
