"""The commands: what they print, what they return, and that no one ever sees a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from textwrap import dedent
from time import sleep
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner, Result

from archive import Archive, tables
from archive.cli import Sentences, main

if TYPE_CHECKING:
    from pathlib import Path

Congtin = Callable[..., Result]


@pytest.fixture
def congtin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Congtin:
    """The command, with the archive of the test."""
    monkeypatch.setenv("CONGTIN_ARCHIVE", str(folder))
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def told(result: Result, exit_code: int) -> str:
    """The one sentence of an error."""
    assert result.exit_code == exit_code, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    [sentence] = result.stderr.splitlines()
    assert sentence.endswith(".")
    return sentence


@pytest.fixture
def filled(archive: Archive, desk: Any) -> Archive:
    desk.keep(
        desk.Story(
            "https://x.vn/1",
            "Nam Định mở hội làng đầu xuân, du khách về đông hơn mọi năm và ở lại lâu hơn một ngày",
            lead="Hội kéo dài ba ngày bên sông Đào.",
            body=(
                "Trống khai hội vang lên từ sáng sớm, hàng nghìn người dân và du khách có mặt từ rất sớm để xem rước kiệu.",
                "Hội tan.",
            ),
            author="Hồng Hà",
            author_role="PV",
            source="Báo Nam Định",
            images=(desk.Image("https://x.vn/a.jpg", "Rước kiệu.", "Viết Dư"), desk.Image("https://x.vn/b.jpg")),
            attachments=(desk.Attachment("https://x.vn/a.pdf", "Chương trình"),),
        )
    )
    desk.keep(desk.Story("https://x.vn/2", '=HYPERLINK("x")', body=("Giá bạc tăng.",), published_at="2023-06-02"))
    desk.keep(desk.Story("https://x.vn/2", '=HYPERLINK("y")', body=("Giá bạc tăng.",), published_at="2023-06-02"))
    desk.writer.close()
    return archive


def test_search_prints_a_readable_table(filled: Archive, congtin: Congtin) -> None:
    result = congtin("search", "hoi lang")
    assert result.exit_code == 0
    *_, counted = result.stdout.splitlines()
    assert result.stdout.removesuffix(f"{counted}\n") == (
        "1  2023-05-29  namdinh  Nam Định mở hội làng đầu xuân, du khách về đông hơn mọi\n"
        "   năm và ở lại lâu hơn một ngày\n"
        "   Nam Định mở **hội** **làng** đầu xuân, du khách về đông hơn mọi năm và ở lại\n"
        "   lâu hơn một ngày\n"
        "\n"
    )
    assert all(len(line) <= 80 for line in result.stdout.splitlines())
    assert re.fullmatch(r"1 of 1 article in \d+ ms\.", counted)
    assert result.stderr == ""


@pytest.mark.parametrize(
    "words",
    [["Nam Định"], ["nam", "dinh"], ['"nam dinh"', "-bạc"], ["nam -bạc"], ["-bạc", "-hà"], ["hoi", "--limit", "1"]],
)
def test_a_query_is_typed_as_it_comes(filled: Archive, congtin: Congtin, words: list[str]) -> None:
    assert [hit["id"] for hit in json.loads(congtin("search", *words, "--format", "json").stdout)] == (
        [1] if "-hà" not in words else []
    )


def test_search_as_json(filled: Archive, congtin: Congtin) -> None:
    [hit] = json.loads(congtin("search", "nam dinh", "--format", "json").stdout)
    assert hit == {
        "id": 1,
        "url": "https://x.vn/1",
        "title": filled.article(1)["title"],
        "published_at": "2023-05-29T08:15:00+07:00",
        "portal": "namdinh",
        "section": "Tin tức",
        "source": "Báo Nam Định",
        "author": "Hồng Hà",
        "snippet": hit["snippet"],
    }
    assert hit["snippet"].startswith("**Nam** **Định** mở hội")
    assert "Định" in congtin("search", "nam dinh", "--format", "json").stdout


def test_search_as_json_lines_and_csv(filled: Archive, congtin: Congtin) -> None:
    lines = [json.loads(line) for line in congtin("search", "a* OR n*", "--format", "jsonl").stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(congtin("search", "a* OR n*", "--format", "csv").stdout)))
    assert [line["id"] for line in lines] == [int(row["id"]) for row in rows] == [1]
    assert list(rows[0]) == list(lines[0])
    [row] = csv.DictReader(io.StringIO(congtin("search", "bac", "--format", "csv").stdout))
    assert row["title"] == '\'=HYPERLINK("y")'  # a spreadsheet must not run it
    assert row["author"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_no_cell_is_a_formula(start: str) -> None:
    text = tables.as_csv([{"id": -1, "title": f"{start}cmd", "lead": f"a{start}"}])
    [[number, title, lead]] = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert (number, title, lead) == ("-1", f"'{start}cmd", f"a{start}")


@pytest.mark.parametrize(
    ("shape", "nothing"),
    [
        ("json", "[]\n"),
        ("jsonl", ""),
        ("table", ""),
        ("csv", "id,url,title,published_at,portal,section,source,author,snippet\n"),
    ],
)
def test_nothing_found_is_no_error(filled: Archive, congtin: Congtin, shape: str, nothing: str) -> None:
    result = congtin("search", "khôngcó", "--format", shape)
    assert (result.exit_code, result.stdout) == (0, nothing)
    assert result.stderr == ("No article matches 'khôngcó'.\n" if shape == "table" else "")


def test_count_limit_and_offset(filled: Archive, congtin: Congtin) -> None:
    assert congtin("search", "--count", "gia OR nam").stdout == "2\n"
    assert congtin("search", "--count", "khôngcó").stdout == "0\n"
    first = congtin("search", "gia OR nam", "--limit", 1)
    counted = first.stdout.splitlines()[-1]
    assert re.fullmatch(r"1 of 2 articles in \d+ ms; --limit shows more, --offset 1 the next\.", counted)
    second = congtin("search", "gia OR nam", "--limit", 1, "--offset", 1)
    assert re.fullmatch(r"1 of 2 articles in \d+ ms\.", second.stdout.splitlines()[-1])
    assert (first.stderr, second.stderr) == ("", "")
    assert {first.stdout[0], second.stdout[0]} == {"1", "2"}
    assert congtin("search", "gia OR nam", "--offset", 2).stderr == "No article matches 'gia OR nam' there.\n"


def test_filters(filled: Archive, congtin: Congtin) -> None:
    def ids(*words: str) -> list[int]:
        return [hit["id"] for hit in json.loads(congtin("search", "gia OR nam", "--format", "json", *words).stdout)]

    assert ids("--from", "2023-05-30") == [2]
    assert ids("--to", "2023-05-29") == [1]
    assert ids("--from", "2023-05-29", "--to", "2023-05-29") == [1]
    assert ids("--portal", "namdinh") in ([1, 2], [2, 1])
    assert ids("--source", "bao nam dinh") == [1]
    assert ids("--section", "tin tuc") in ([1, 2], [2, 1])
    assert ids("--author", "hong ha") == [1]


@pytest.mark.parametrize("query", ["", "  ", "!!!", "()", '""', "OR"])
def test_an_empty_query(filled: Archive, congtin: Congtin, query: str) -> None:
    assert "no word to look for" in told(congtin("search", query), 2)


@pytest.mark.parametrize(
    "words",
    [
        ["search"],
        ["search", "x", "--from", "29/5/2023"],
        ["search", "x", "--to", "2023-02-30"],
        ["search", "x", "--limit", "0"],
        ["search", "x", "--limit", "99999999999999999999999"],
        ["search", "x", "--offset", "99999999999999999999999"],
        ["search", "x", "--limt", "3"],
        ["search", "x", "--format", "xml"],
        ["show"],
        ["nonsense"],
    ],
)
def test_wrong_usage(filled: Archive, congtin: Congtin, words: list[str]) -> None:
    result = congtin(*words)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    assert "Error:" in result.stderr


@pytest.mark.parametrize("command", [["search", "nam"], ["search", "nam", "--count"], ["export"], ["export", "nam"]])
def test_a_portal_that_is_not_there_is_told_with_those_that_are(
    filled: Archive, congtin: Congtin, folder: Path, command: list[str]
) -> None:
    sentence = told(congtin(*command, "--portal", "hanam"), 2)
    assert sentence == f"The archive {folder} holds nothing of 'hanam'; it has namdinh."


def test_what_the_filters_alone_leave_out_is_said_so(filled: Archive, congtin: Congtin) -> None:
    result = congtin("search", "gia OR nam", "--source", "TTXVN")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No article matches 'gia OR nam' with these filters; without them 2 do.\n"
    assert congtin("search", "nam", "--to", "2001-01-01").stderr.endswith("; without them 1 does.\n")
    assert congtin("search", "khôngcó", "--source", "TTXVN").stderr == "No article matches 'khôngcó'.\n"


@pytest.mark.parametrize(
    "words",
    [
        ["show", "\udcff"],
        ["cite", "x\udcff"],
        ["search", "nam", "--author", "\udcff"],
        ["export", "--source", "\udcff"],
    ],
)
def test_an_argument_that_is_no_text_is_one_sentence(filled: Archive, congtin: Congtin, words: list[str]) -> None:
    assert told(congtin(*words), 2) == "An argument holds bytes that are no UTF-8; write it in UTF-8."


def test_an_export_of_an_empty_query_is_none(filled: Archive, congtin: Congtin) -> None:
    assert "no word to look for" in told(congtin("export", ""), 2)
    assert len(congtin("export").stdout.splitlines()) == 2


def test_a_search_that_takes_too_long_is_given_up(filled: Archive, congtin: Congtin, monkeypatch: Any) -> None:
    monkeypatch.setattr("archive.cli._STEPS", 1)
    done = congtin("search", "nam", "--timeout", "0.001")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "took longer than 0.001 s" in done.stderr
    assert congtin("search", "nam").exit_code == 0


def test_what_sqlite_says_of_a_search_broken_off_in_its_index(
    filled: Archive, congtin: Congtin, monkeypatch: Any
) -> None:
    def searching(*_: Any, **__: Any) -> None:
        sleep(0.002)
        raise sqlite3.OperationalError("vtable constructor failed: articles_fts")

    monkeypatch.setattr(Archive, "search", searching)
    assert congtin("search", "nam", "--timeout", "0.001").exit_code == 2
    assert congtin("search", "nam", "--timeout", "60").exit_code == 1


def test_days_in_the_wrong_order(filled: Archive, congtin: Congtin) -> None:
    sentence = told(congtin("search", "x", "--from", "2023-06-02", "--to", "2023-06-01"), 2)
    assert sentence == "--from 2023-06-02 is later than --to 2023-06-01; turn them round."


def test_an_archive_without_articles(archive: Archive, congtin: Congtin) -> None:
    assert "holds no article yet; `congtin crawl` fills it" in told(congtin("search", "nam dinh"), 2)


@pytest.mark.parametrize("command", [["search", "nam"], ["show", "1"], ["status"]])
@pytest.mark.parametrize("kind", ["missing", "empty", "text", "sqlite", "file"])
def test_a_folder_that_is_no_archive(folder: Path, congtin: Congtin, command: list[str], kind: str) -> None:
    if kind == "file":
        folder.write_text("ghi chú")
    elif kind != "missing":
        folder.mkdir()
    if kind == "text":
        (folder / "archive.db").write_text("ghi chú " * 50)
    elif kind == "sqlite":
        conn = sqlite3.connect(folder / "archive.db")
        conn.execute("CREATE TABLE articles (id)")
        conn.close()
    before = [(path, path.read_bytes()) for path in folder.rglob("*")] if folder.is_dir() else folder.exists()
    assert str(folder) in told(congtin(*command), 2)
    after = [(path, path.read_bytes()) for path in folder.rglob("*")] if folder.is_dir() else folder.exists()
    assert after == before


def test_the_archive_is_named_by_option_before_environment_before_habit(
    filled: Archive, congtin: Congtin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert congtin("search", "nam").exit_code == 0
    assert str(tmp_path / "khác") in told(congtin("search", "nam", "--archive", tmp_path / "khác"), 2)
    monkeypatch.delenv("CONGTIN_ARCHIVE")
    monkeypatch.chdir(tmp_path)
    assert "congtin-archive" in told(congtin("search", "nam"), 2)
    (tmp_path / "kho").rename(tmp_path / "congtin-archive")
    assert congtin("search", "nam").exit_code == 0


def test_show(filled: Archive, congtin: Congtin) -> None:
    result = congtin("show", 1)
    assert result.exit_code == 0
    capture = filled.article(1)["captures"][0]
    for line in (
        "Nam Định mở hội làng đầu xuân, du khách về đông hơn mọi năm và ở lại lâu hơn một",
        "published: 2023-05-29T08:15:00+07:00",
        "author:    Hồng Hà, PV",
        "source:    Báo Nam Định",
        "address:   https://x.vn/1",
        "Hội kéo dài ba ngày bên sông Đào.",
        "Hội tan.",
        "  Rước kiệu. (Viết Dư): https://x.vn/a.jpg",
        "  https://x.vn/b.jpg",
        "  Chương trình: https://x.vn/a.pdf",
        "  1  2023-05-29T01:16:00Z  capture 1",
    ):
        assert line in result.stdout.splitlines(), line
    flat = " ".join(result.stdout.split())
    assert f"1 2023-05-29T01:16:00Z {capture['warc']} byte {capture['offset']} {capture['payload_digest']}" in flat
    assert congtin("show", "https://x.vn/1").stdout == result.stdout
    shown = textwrap.dedent(result.stdout.partition("Citation\n")[2])
    assert shown.strip() == congtin("cite", "1").stdout.strip()


def test_show_ends_with_the_citation(filled: Archive, congtin: Congtin) -> None:
    shown = congtin("show", 1).stdout
    _, _, told = shown.partition("\nCitation\n")
    assert dedent(told) == congtin("cite", 1).stdout


def test_show_lists_every_version(filled: Archive, congtin: Congtin) -> None:
    lines = congtin("show", 2).stdout.splitlines()
    assert lines[lines.index("Versions") + 1 :][:2] == [
        "  1  2023-05-29T01:17:00Z  capture 2",
        "  2  2023-05-29T01:18:00Z  capture 3",
    ]


def test_show_lists_the_capture_of_every_version(filled: Archive, congtin: Congtin, desk: Any) -> None:
    desk.capture("https://x.vn/2", b"another page")  # seen, and nothing read from it
    shown = " ".join(congtin("show", 2).stdout.partition("\nCaptures\n")[2].split())
    captures = filled.article(2)["captures"]
    assert len(captures) == 3
    for capture in captures:
        line = f"{capture['fetched_at']} {capture['warc']} byte {capture['offset']} {capture['payload_digest']}"
        assert (f"{capture['id']} {line}" in shown) == (capture["id"] in (2, 3))


def test_show_as_json(filled: Archive, congtin: Congtin) -> None:
    shown = json.loads(congtin("show", "https://x.vn/2", "--json").stdout)
    assert shown["body"] == ["Giá bạc tăng."]
    assert [revision["title"] for revision in shown["revisions"]] == ['=HYPERLINK("x")', '=HYPERLINK("y")']
    assert (shown["id"], shown["revision"], shown["capture_id"]) == (2, 2, 3)
    assert {"warc", "offset", "length", "payload_digest", "fetched_at"} <= set(shown["captures"][0])
    assert shown["images"] == shown["attachments"] == []
    assert "folded" not in shown
    assert shown["citation"] == congtin("cite", "2").stdout


@pytest.mark.parametrize("wanted", ["7", "https://x.vn/7", "bài"])
def test_show_what_is_not_there(filled: Archive, congtin: Congtin, wanted: str) -> None:
    assert f"no article {wanted}" in told(congtin("show", wanted), 2)


def test_a_database_torn_in_the_middle(filled: Archive, congtin: Congtin, folder: Path) -> None:
    filled.close()
    data = bytearray((folder / "archive.db").read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    (folder / "archive.db").write_bytes(data)
    assert "archive.db is damaged" in told(congtin("search", "nam"), 7)
    assert "archive.db is damaged" in told(congtin("show", "1"), 7)


class TestErrors:
    """Whatever a command raises, in one place."""

    @pytest.mark.parametrize(
        ("error", "exit_code", "says"),
        [
            (sqlite3.OperationalError("database is locked"), 6, "Another program is writing"),
            (sqlite3.OperationalError("database or disk is full"), 1, "database or disk is full"),
            (sqlite3.DatabaseError("malformed"), 7, "archive.db is damaged: malformed"),
            (PermissionError(13, "Permission denied", "/kho"), 1, "Permission denied: /kho"),
            (OSError("không đọc được"), 1, "không đọc được"),
            (
                RuntimeError("hỏng\nhai dòng"),
                1,
                "Unexpected error, RuntimeError: hỏng hai dòng; run `congtin --debug …`",
            ),
            (KeyboardInterrupt(), 130, "Interrupted."),
        ],
    )
    def test_it_becomes_a_sentence(self, error: BaseException, exit_code: int, says: str) -> None:
        assert says in told(CliRunner().invoke(failing(error), ["fail"]), exit_code)

    def test_asked_to_end_it_ends_like_one_interrupted(self) -> None:
        group = failing(RuntimeError())
        group.add_command(click.Command("end", callback=lambda: os.kill(os.getpid(), signal.SIGTERM)))
        before = signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            result = CliRunner().invoke(group, ["end"])
            assert (result.exit_code, result.stderr) == (130, "Interrupted.\n")
            assert signal.signal(signal.SIGTERM, before) is not signal.default_int_handler
        finally:
            signal.signal(signal.SIGTERM, before)

    def test_debug_lets_the_traceback_out(self) -> None:
        result = CliRunner().invoke(failing(RuntimeError("hỏng")), ["--debug", "fail"])
        assert isinstance(result.exception, RuntimeError)

    def test_clicks_own_errors_stay_clicks(self) -> None:
        result = CliRunner().invoke(failing(click.ClickException("sai")), ["fail"])
        assert (result.exit_code, result.stderr) == (1, "Error: sai\n")


def failing(error: BaseException) -> click.Group:
    @click.group(cls=Sentences)
    @click.option("--debug", is_flag=True)
    def group(debug: bool) -> None:
        pass

    @group.command()
    def fail() -> None:
        raise error

    return group


def run(folder: Path, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "archive.cli", *words, "--archive", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_the_real_process(filled: Archive, folder: Path) -> None:
    assert run(folder, "search", "nam dinh", "--count").stdout == "1\n"
    missing = run(folder / "không", "search", "nam")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "does not exist; `congtin crawl` makes one" in missing.stderr
    plain, other = run(folder, "search", "nam"), run(folder, "search", "nam", env=os.environ | {"LC_ALL": "C"})
    assert plain.stdout.splitlines()[:-1] == other.stdout.splitlines()[:-1] != []


def test_a_reader_who_stops_reading(filled: Archive, folder: Path) -> None:
    command = f"{sys.executable} -m archive.cli search --format json 'a* OR n*' --archive {folder} | true"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert run.stderr == ""


def test_colour_only_on_a_terminal(filled: Archive, folder: Path) -> None:
    assert "\x1b" not in run(folder, "search", "nam dinh").stdout
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "archive.cli", "search", "nam dinh", "--archive", str(folder)]
    subprocess.run(command, stdout=follower, check=True, env=os.environ | {"COLUMNS": "80"})
    os.close(follower)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    assert "\x1b[33m\x1b[1mNam\x1b[0m \x1b[33m\x1b[1mĐịnh\x1b[0m" in shown
    assert "**" not in shown


def test_what_a_page_says_does_not_command_the_terminal(archive: Archive, desk: Any, congtin: Congtin) -> None:
    story = desk.Story("https://x.vn/\x9b2J", "Hội \x1b[2Jlàng\x07", published_at=None, published_raw="Hôm\x1b[2J")
    desk.keep(replace(story, author="Hồng\x07 Hà", source="Báo\x9b2J"), section="Mục\x1b]0;x\x07")
    for words in (["search", "hoi"], ["show", "1"]):
        assert not set(congtin(*words).stdout) & {"\x1b", "\x07", "\x9b"}
