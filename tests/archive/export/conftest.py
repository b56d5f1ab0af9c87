"""An archive with everything in it that an export can trip over."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from archive.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from archive import Archive

Congtin = Callable[..., Result]
HOST = "https://namdinh.gov.vn"
FESTIVAL, FORMULA, TWIN, GONE = (f"{HOST}/{name}" for name in ("hoi-lang", "cong-thuc", "ban-sao", "cu"))


@pytest.fixture
def held(archive: Archive, desk: Any) -> Archive:
    """Four articles: one edited, with pictures and a document, under another link; a hostile one; one whose page came as
    the same bytes as another's; one of another portal. And a listing that was asked for by a form.
    """
    _festival(desk)
    desk.keep(
        desk.Story(
            FORMULA,
            '=HYPERLINK("http://x.vn")',
            published_at="2023-06-02",
            lead="@SUM(1+1)*cmd|' /C calc'!A0",
            body=("<script>alert(1)</script>", "-2+3\u2028+4", "\tĐê"),
            author="＝A1",
            images=(desk.Image("https://x.vn/../../a.jpg", "+84 <img src=x onerror=alert(1)>"),),
        )
    )
    twin = desk.capture(TWIN, b"<p>mot trang</p>")
    again = desk.capture(TWIN + "-2", b"<p>mot trang</p>")
    assert again.refers_to == twin.id
    _keep(archive, desk.Story(TWIN + "-2", "Trang thứ hai", published_at=None, published_raw=None), "namdinh", again.id)
    _keep(archive, desk.Story(GONE, "Giá bạc tăng"), "hanam", desk.capture(GONE).id)
    form = {"request_headers": [("Content-Type", "application/x-www-form-urlencoded")], "method": "POST"}
    desk.capture(f"{HOST}/danh-sach", b"<p>trang 2</p>", role="listing", request_body=b"page=2&q=%C4%91", **form)
    return archive


def _keep(archive: Archive, story: Any, portal: str, capture_id: int) -> None:
    archive.ledger.discover(portal, [(story.url, None, None)])
    archive.keep(story, portal=portal, section=None, capture_id=capture_id, link_url=story.url)


def _festival(desk: Any) -> None:
    story = {
        "url": FESTIVAL,
        "lead": "Hội kéo dài ba ngày.",
        "author": "Hồng Hà, Thu Trang",
        "source": "Báo Nam Định",
        "images": (desk.Image(f"{HOST}/a.png", "Rước kiệu.", "Viết Dư"), desk.Image(f"{HOST}/thieu.png")),
        "attachments": (desk.Attachment(f"{HOST}/a.pdf", "Chương trình"),),
    }
    desk.keep(desk.Story(title="Làng mở hội", **story), link_url=f"{FESTIVAL}?from=home")
    picture = {"response_headers": [("Content-Type", "image/png")], "fetched_at": desk.at + timedelta(seconds=17)}
    desk.capture(f"{HOST}/a.png", b"\x89PNG anh", role="image", **picture)
    desk.capture(f"{HOST}/a.pdf", b"%PDF van ban", role="attachment")
    desk.keep(desk.Story(title="Làng mở hội xuân", **story), link_url=f"{FESTIVAL}?from=home")
    desk.capture(f"{FESTIVAL}?from=home", b"", status=304, reason="Not Modified")


@pytest.fixture
def congtin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Congtin:
    monkeypatch.setenv("CONGTIN_ARCHIVE", str(folder))
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def exported(held: Archive, congtin: Congtin, tmp_path: Path) -> Callable[..., Path]:
    """Exports to a new file, and says where it is."""

    def run(form: str, *words: str) -> Path:
        path = tmp_path / f"xuat-{len(list(tmp_path.iterdir()))}.{form}"
        result = congtin("export", *words, "--format", form, "--output", path)
        assert (result.exit_code, result.stdout) == (0, "")
        assert re.fullmatch(rf"(?:1 article|\d+ articles) in {re.escape(str(path))}\.\n", result.stderr), result.stderr
        return path

    return run


@pytest.fixture
def rows(exported: Callable[..., Path]) -> Callable[..., list[dict[str, Any]]]:
    return lambda *words: [json.loads(line) for line in exported("jsonl", *words).read_text().split("\n")[:-1]]
