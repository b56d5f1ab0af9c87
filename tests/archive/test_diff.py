"""What one version says otherwise than another."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from archive.cli import main
from archive.diff import difference, paired, runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive import Archive

URL = "https://x.vn/1"
WORDS = st.lists(st.sampled_from(["chợ", "phiên", "bên", "sông", "Đào", ",", ".", " ", "\n", "x"]), max_size=30)


@pytest.fixture
def edited(archive: Archive, desk: Any) -> Archive:
    """One article in three versions."""
    first = {
        "lead": "Chợ họp ba ngày.",
        "body": ("Sáng nay chợ mở lại.", "Bà con mang hoa ra bán.", "Chợ tan lúc trưa."),
        "images": (desk.Image("https://x.vn/a.jpg", "Chợ sớm.", "Viết Dư"), desk.Image("https://x.vn/b.jpg")),
        "attachments": (desk.Attachment("https://x.vn/a.pdf", "Chương trình"),),
    }
    desk.keep(desk.Story(URL, "Nam Định mở chợ", **first))
    desk.keep(desk.Story(URL, "Nam Định khai chợ", **first))
    third = {
        "body": ("Sáng nay chợ mở lại.", "Tin mới: cấm xe tải.", "Bà con mang rất nhiều hoa ra bán."),
        "images": (desk.Image("https://x.vn/a.jpg", "Chợ sớm.", "Hồng Hà"), desk.Image("https://x.vn/c.jpg")),
    }
    desk.keep(desk.Story(URL, "Nam Định khai chợ", author="PV", **third))
    return archive


@pytest.fixture
def congtin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("CONGTIN_ARCHIVE", str(folder))
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def test_by_default_the_last_two(edited: Archive, congtin: Callable[..., Result]) -> None:
    done = congtin("show", 1, "--diff")
    assert done.exit_code == 0
    assert done.stdout == (
        "Article 1: https://x.vn/1\n"
        "from version 2, seen 2023-05-29T01:17:00Z, capture 2\n"
        "to   version 3, seen 2023-05-29T01:18:00Z, capture 3\n"
        "\n"
        "lead\n"
        "  [-Chợ họp ba ngày.-]\n"
        "\n"
        "body\n"
        "  {+Tin mới: cấm xe tải.+}\n"
        "  Bà con mang{+ rất nhiều+} hoa ra bán.\n"
        "  [-Chợ tan lúc trưa.-]\n"
        "\n"
        "author\n"
        "  {+PV+}\n"
        "\n"
        "images\n"
        "  caption: Chợ sớm.; credit: [-Viết Dư-]{+Hồng Hà+}; https://x.vn/a.jpg\n"
        "  [-https://x.vn/b.jpg-]\n"
        "  {+https://x.vn/c.jpg+}\n"
        "\n"
        "attachments\n"
        "  [-label: Chương trình; https://x.vn/a.pdf-]\n"
    )


@pytest.mark.parametrize(
    ("words", "older", "newer", "fields"),
    [
        (["show", "1", "--diff", "1", "2"], 1, 2, ["title"]),
        (["show", "--diff", "1", "2", "1"], 1, 2, ["title"]),
        (["show", "--diff", "2", "1", URL], 2, 1, ["title"]),
        (["show", "--diff", URL], 2, 3, ["lead", "body", "author", "images", "attachments"]),
        (["show", "--diff", "1"], 2, 3, ["lead", "body", "author", "images", "attachments"]),
        (["show", URL, "--diff", "1", "-1"], 1, 3, ["title", "lead", "body", "author", "images", "attachments"]),
        (["show", "1", "--diff", "3", "3"], 3, 3, []),
    ],
)
def test_as_json(
    edited: Archive, congtin: Callable[..., Result], words: list[str], older: int, newer: int, fields: list[str]
) -> None:
    done = congtin(*words, "--json")
    told = json.loads(done.stdout)
    assert (told["older"]["revision"], told["newer"]["revision"], list(told["fields"])) == (older, newer, fields)
    assert set(told) == {"article_id", "url", "older", "newer", "fields"}
    if fields == ["title"]:
        first, last = ("mở", "khai") if older == 1 else ("khai", "mở")
        assert told["fields"]["title"] == [
            {
                "before": f"Nam Định {first} chợ",
                "after": f"Nam Định {last} chợ",
                "runs": [["=", "Nam Định "], ["-", first], ["+", last], ["=", " chợ"]],
            }
        ]


def test_nothing_differs(edited: Archive, congtin: Callable[..., Result]) -> None:
    assert congtin("show", 1, "--diff", 2, 2).stdout.endswith("\n\nNo field differs.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1", "--diff", "1", "4"], "Article 1 has no version 4, only 1 to 3."),
        (["1", "--diff", "0", "1"], "Article 1 has no version 0, only 1 to 3."),
        (["1", "--diff", "-9", "1"], "Article 1 has no version -9, only 1 to 3."),
        (["2", "--diff"], "Article 2 has one version; there is nothing to compare it with."),
        (["3", "--diff"], "The archive has no article 3; `congtin search` finds ids and addresses."),
    ],
)
def test_what_cannot_be_compared(
    edited: Archive, desk: Any, congtin: Callable[..., Result], words: list[str], said: str
) -> None:
    desk.keep(desk.Story("https://x.vn/2"))
    done = congtin("show", *words)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", said + "\n")


@pytest.mark.parametrize("words", [["--diff"], ["1", "--diff", "1"], ["1", "--diff", "a", "b"], ["--diff", "1", "2"]])
def test_wrong_usage(edited: Archive, congtin: Callable[..., Result], words: list[str]) -> None:
    done = congtin("show", *words)
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_terminal_gets_colours_and_no_commands_of_the_page(edited: Archive, desk: Any, folder: Path) -> None:
    desk.keep(desk.Story(URL, "Nam Định \x1b[2Jđóng \ue001chợ " + "dài " * 40))
    control, terminal = pty.openpty()
    command = [sys.executable, "-m", "archive.cli", "show", "1", "--diff", "2", "4", "--archive", str(folder)]
    subprocess.run(command, stdout=terminal, env=os.environ | {"COLUMNS": "80"}, check=True, timeout=60)
    os.close(terminal)
    shown = os.read(control, 1 << 16).decode()
    os.close(control)
    assert "Nam Định \x1b[31m[-khai" in shown  # by more than colour
    assert "-]\x1b[0m\x1b[32m{+" in shown
    assert "[2Jđóng" in shown
    assert "\x1b[2J" not in shown
    assert not {"\ue000", "\ue001", "\ue002", "\ue003"} & set(shown)


def test_lines_fit_the_screen(edited: Archive, desk: Any, congtin: Callable[..., Result]) -> None:
    desk.keep(desk.Story(URL, "Nam Định", body=("Một câu rất dài về chợ phiên. " * 20,)))
    assert max(map(len, congtin("show", 1, "--diff").stdout.splitlines())) <= 80


@given(WORDS, WORDS)
def test_runs_lead_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    before, after = "".join(old), "".join(new)
    told = runs(before, after)
    assert "".join(text for kind, text in told if kind != "+") == before
    assert "".join(text for kind, text in told if kind != "-") == after
    assert all(text for _, text in told)
    assert all(a[0] != b[0] for a, b in pairwise(told))


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_pairs_keep_every_thing_in_its_order(old: list[str], new: list[str]) -> None:
    pairs = paired(old, new, lambda a, b: 0.6 if abs(ord(a) - ord(b)) == 1 else 0.0)
    stayed = len(old) - sum(a is not None for a, _ in pairs)
    assert stayed == len(new) - sum(b is not None for _, b in pairs) >= 0
    assert [a for a, _ in pairs if a] == _without(old, [a for a, _ in pairs if a])
    assert all(a != b for a, b in pairs)


def _without(things: list[str], wanted: list[str]) -> list[str]:
    """The wanted as a subsequence of the things, as far as it is one."""
    found = iter(things)
    return [thing for thing in wanted if thing in found]


def test_a_long_text_written_anew_is_compared_in_no_time() -> None:
    old = [f"Đoạn {n} của bài cũ nói về làng {n * 7} và chợ {n * 3}." for n in range(150)]
    new = [f"Phần {n} trong tin mới kể chuyện phố {n * 5}, bến {n * 2}." for n in range(150)]
    revisions = [{"revision": n, "body": "\n\n".join(text), **_EMPTY} for n, text in ((1, old), (2, new))]
    changed = difference({"id": 1, "url": URL, "revisions": revisions})
    assert len(changed.fields["body"]) == 300


_PLAIN = "title published_at published_raw section lead author author_role source source_raw seen_at capture_id"
_EMPTY: dict[str, Any] = dict.fromkeys(_PLAIN.split()) | {"images": [], "attachments": []}
