"""What others make of a WACZ: pywb replays it, py-wacz validates it and reads the same index from its records."""

from __future__ import annotations

import gzip
import json
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive import Archive


@pytest.mark.parametrize("words", [(), ("làng",), ("--portal", "hanam")])
def test_py_wacz_finds_it_valid(trade: Path, exported: Callable[..., Path], words: tuple[str, ...]) -> None:
    path = exported("wacz", *words)
    done = subprocess.run([trade / "wacz", "validate", "-f", path], capture_output=True, text=True, check=False)
    assert "the passed WACZ is valid" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_py_wacz_validates_indeed(trade: Path, exported: Callable[..., Path], tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.wacz"
    with ZipFile(exported("wacz")) as whole, ZipFile(spoilt, "w") as out:
        for name in whole.namelist():
            out.writestr(name, whole.read(name) + (b"{}\n" if name == "pages/pages.jsonl" else b""))
    done = subprocess.run([trade / "wacz", "validate", "-f", spoilt], capture_output=True, text=True, check=False)
    assert "the passed WACZ is invalid" in done.stdout


@pytest.mark.parametrize("words", [(), ("làng",)])
def test_the_trades_indexer_reads_the_same_index(
    trade: Path, exported: Callable[..., Path], tmp_path: Path, words: tuple[str, ...]
) -> None:
    with ZipFile(exported("wacz", *words)) as wacz:
        [warc] = [name for name in wacz.namelist() if name.startswith("archive/")]
        wacz.extract(warc, tmp_path)
        ours = gzip.decompress(wacz.read("indexes/index.cdx.gz")).decode()
    command = [trade / "cdxj-indexer", "--sort", "--post-append", tmp_path / warc]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told(ours) == told(theirs)


def told(index: str) -> list[tuple[str, str, dict[str, Any]]]:
    lines = (line.split(" ", 2) for line in index.splitlines())
    kept = ("url", "mime", "status", "digest", "length", "offset", "filename", "method")
    return [(key, at, {name: json.loads(rest).get(name) for name in kept}) for key, at, rest in lines]


@pytest.fixture
def replay(pywb: Callable[[Path], str], exported: Callable[..., Path]) -> Callable[[str], Any]:
    """The WACZ in pywb: an address of the archive, and what it answers."""
    collection = pywb(exported("wacz"))
    return lambda place: _answer(f"{collection}/{place}")


def _answer(url: str) -> tuple[int, bytes, str | None]:
    try:
        with urlopen(url) as answer:
            return answer.status, answer.read(), answer.headers["Content-Type"]
    except HTTPError as error:
        with error:
            return error.code, error.read(), error.headers["Content-Type"]


def test_pywb_replays_pages_pictures_and_revisits(held: Archive, replay: Callable[[str], Any]) -> None:
    for version in held.article(1)["revisions"]:
        record = held.open_capture(version["capture_id"])
        at = f"{record.fetched_at:%Y%m%d%H%M%S}"
        assert replay(f"{at}id_/{record.url}") == (200, record.content, "text/html; charset=utf-8")
    host = "https://namdinh.gov.vn"
    assert replay(f"2023id_/{host}/a.png") == (200, b"\x89PNG anh", "image/png")
    assert replay(f"2023id_/{host}/ban-sao-2")[:2] == (200, b"<p>mot trang</p>")
    assert b"mot trang" in replay(f"2023mp_/{host}/ban-sao")[1]
    assert replay(f"2023id_/{host}/thieu.png")[0] == 404
