"""The gate itself, as `make quality` runs it, and what must not pass it."""

import json
import tomllib
from dataclasses import replace

import pytest
from click.testing import CliRunner
from lxml import html

from crawler.reading import read
from quality import __main__ as command
from quality import gate
from quality.corpus import FOLDERS, load
from quality.floors import Floors

PAGE = """<html><head><title>{title}</title></head><body><h1>{title}</h1><p>29/05/2023 08:15</p>
<div id="van-ban"><p>Sáng nay, bà con xã ven biển ra đồng gặt những thửa lúa chín sớm đầu tiên của vụ này.</p>
<p>Hợp tác xã đã chuẩn bị đủ máy gặt và sân phơi, thóc khô được thu mua ngay tại bờ ruộng.</p></div></body></html>"""
GOLD = {
    "title": "Bà con ven biển gặt lúa sớm", "published_at": "2023-05-29T08:15:00+07:00", "lead": None, "author": None, "source": None,
    "body": ["Sáng nay, bà con xã ven biển ra đồng gặt những thửa lúa chín sớm đầu tiên của vụ này.",
             "Hợp tác xã đã chuẩn bị đủ máy gặt và sân phơi, thóc khô được thu mua ngay tại bờ ruộng."],
    "images": [], "attachments": [],
}  # fmt: skip


@pytest.mark.parametrize("name", FOLDERS)
def test_no_score_is_below_its_floor(name):
    if name != "golden" and not FOLDERS[name].is_dir():
        pytest.skip("no folder of real pages beside the project")
    measured = gate.measure(load(name, FOLDERS[name]))
    assert gate.complaints(measured, Floors.load(command.FLOORS)) == []


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A corpus of two pages, with no floors yet."""
    pages = tmp_path / "pages"
    for name in ("lua-som", "nha/lua-muon"):
        write(pages / name, title=GOLD["title"])
    monkeypatch.setattr(command, "FOLDERS", {"golden": pages, "real": tmp_path / "khong-co"})
    monkeypatch.setattr(command, "FLOORS", tmp_path / "floors.toml")
    return pages


def write(path, title):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".html").write_text(PAGE.format(title=title), "utf-8")
    path.with_suffix(".json").write_text(json.dumps({"url": f"https://a.vn/{path.name}", **GOLD}), "utf-8")


def run(*arguments):
    done = CliRunner().invoke(command.main, arguments, catch_exceptions=False)
    return done.exit_code, done.output


def pinned():
    return tomllib.loads(command.FLOORS.read_text("utf-8"))


def test_pages_without_floors_are_refused_until_they_are_pinned(folder):
    code, output = run()
    assert code == 1 and "No floors are pinned" in output
    code, output = run("--pin")
    assert code == 0 and "golden, scrambled, title: none -> 1.0000" in output
    code, output = run()
    assert code == 0
    assert "golden   as sent    title        1.0000  1.0000" in output


@pytest.mark.parametrize("change", ["byte", "page", "gone"])
def test_changed_pages_are_refused_until_they_are_pinned(folder, change):
    run("--pin")
    if change == "byte":
        path = folder / "lua-som.html"
        path.write_bytes(path.read_bytes() + b" ")
    elif change == "page":
        write(folder / "them", title=GOLD["title"])
    else:
        (folder / "lua-som.html").unlink()
        (folder / "lua-som.json").unlink()
    code, output = run()
    assert code == 1 and "not those whose floors are pinned" in output
    assert run("--pin")[0] == run()[0] == 0


@pytest.mark.parametrize("reading", gate.READINGS)
def test_every_reading_leaves_what_the_page_displays(folder, reading):
    """What is altered is the frame: the words of the article are there, once, in their order."""
    body = gate.READINGS[reading](PAGE.format(title=GOLD["title"]).encode())
    root = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    shown = " ".join(root.find("body").text_content().split())
    told = [shown.index(text) for text in (GOLD["title"], "29/05/2023 08:15", *GOLD["body"])]
    assert told == sorted(told)
    assert b"van-ban" not in body or reading == "as sent"


def test_worse_reader_fails_and_cannot_be_pinned(folder, monkeypatch):
    run("--pin")
    before = command.FLOORS.read_bytes()
    monkeypatch.setattr(gate, "read", lambda body, url: replace(read(body, url), author="Ai đó"))
    code, output = run()
    assert code == 1
    assert "golden, as sent: author is below its floor 1.0000: 0.0000." in output
    assert "worst: golden, scrambled, nha/lua-muon: author 0.00" in output
    code, output = run("--pin")
    assert code == 1 and "LOWER golden, as sent, author: 1.0000 -> 0.0000" in output
    assert command.FLOORS.read_bytes() == before


def test_lowered_floor_keeps_its_reason(folder):
    run("--pin")
    write(folder / "kho", title="Một tiêu đề khác hẳn")
    assert run("--pin")[0] == 1
    assert run("--pin", "--lower", 'Trang "khó" có tít khác.')[0] == 0
    (entry,) = pinned()["lowered"]
    assert entry["reason"] == 'Trang "khó" có tít khác.'
    assert entry["floors"] == [f"golden, {r}, title: 1.0000 -> 0.6666" for r in gate.READINGS]
    assert run()[0] == 0
    (folder / "kho.html").write_text(PAGE.format(title=GOLD["title"]), "utf-8")
    assert run("--pin")[0] == 0
    assert pinned()["corpus"]["golden"]["floors"]["as sent"]["title"] == 1.0
    assert pinned()["lowered"] == [entry]


def test_floors_of_pages_that_are_not_there_stay(folder):
    run("--pin")
    floors = Floors.load(command.FLOORS)
    floors.corpora["real"] = floors.corpora["golden"]
    floors.save(command.FLOORS)
    assert run()[0] == run("--pin")[0] == 0
    assert set(pinned()["corpus"]) == {"golden", "real"}


def test_all_pages_gone_is_no_way_through(folder):
    run("--pin")
    for path in [p for p in folder.rglob("*") if p.is_file()]:
        path.unlink()
    assert run()[0] == run("--pin")[0] == 1


@pytest.mark.parametrize("arguments", [("--lower", "vì"), ("--pin", "--lower", " ")])
def test_lowering_asks_for_a_pin_and_a_reason(folder, arguments):
    assert run(*arguments)[0] == 2
