"""A file or a folder is there whole or not at all, and nothing is written over."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from archive.errors import BadInput
from archive.export.output import building, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write(path: Path, data: bytes, *, force: bool = False, error: type[BaseException] | None = None) -> None:
    with writing(path, force=force) as out:
        out.write(data)
        assert not path.exists() or path.read_bytes() != data
        if error:
            raise error


def build(path: Path, error: type[BaseException]) -> None:
    with building(path) as folder:
        (folder / "half").write_bytes(b"half")
        raise error


def test_what_fails_midway_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "x.jsonl", b"half", error=KeyboardInterrupt)
    with pytest.raises(ZeroDivisionError):
        build(tmp_path / "bag", ZeroDivisionError)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_only_when_told_and_only_by_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"old")
    with pytest.raises(BadInput, match=r"x\.jsonl is there already; name another --output, or --force to replace it\."):
        write(path, b"new")
    with pytest.raises(ZeroDivisionError):
        write(path, b"half", force=True, error=ZeroDivisionError)
    assert path.read_bytes() == b"old"
    write(path, b"new", force=True)
    assert [file.name for file in tmp_path.iterdir()] == ["x.jsonl"]
    assert path.read_bytes() == b"new"


def test_a_file_that_comes_up_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    with pytest.raises(BadInput, match="already"), writing(path, force=False):
        path.write_bytes(b"another's")
    with pytest.raises(BadInput, match="already"), building(tmp_path / "bag"):
        (tmp_path / "bag").mkdir()
    assert path.read_bytes() == b"another's"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bag", "x.jsonl"]


@pytest.mark.parametrize("kind", ["folder", "link to nothing", "fifo"])
def test_what_is_no_file_is_never_replaced(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    make = {
        "folder": path.mkdir,
        "link to nothing": lambda: path.symlink_to("nothing"),
        "fifo": lambda: os.mkfifo(path),
    }
    make[kind]()
    with pytest.raises(BadInput, match=r"x is there already; name another --output\."), writing(path, force=True):
        pass
    with pytest.raises(BadInput, match=r"x is there already; name another --output\."), building(path):
        pass


def test_a_missing_folder_is_told(held: Any, congtin: Any, tmp_path: Path) -> None:
    result = congtin("export", "--output", tmp_path / "no" / "x.jsonl")
    assert (result.exit_code, result.stderr) == (
        2,
        f"There is no folder {tmp_path / 'no'}; make it, or name another --output.\n",
    )


def test_the_file_has_the_rights_that_other_files_get(exported: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    assert exported("jsonl").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("words", [["nothing", "--format", "xml"], ["--", "..."], ["--nosuch"]])
def test_wrong_usage(held: Any, congtin: Any, words: list[str]) -> None:
    result = congtin("export", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_an_empty_archive_has_nothing_to_export(archive: Any, congtin: Any) -> None:
    result = congtin("export")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "holds no article yet" in result.stderr


def on_a_terminal(folder: Path, *words: str, out: Any) -> tuple[int, str]:
    """Exit code and what is said on standard error, a terminal; where standard output is None, it is that terminal too."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "archive.cli", "export", "--archive", str(folder), *words]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs if out is None else out, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        try:
            while chunk := os.read(ours, 4096):
                said += chunk
        except OSError:  # so Linux says that the other side has hung up
            pass
        os.close(ours)
    return process.returncode, said.decode()


def test_progress_is_told_on_a_terminal_and_nowhere_else(held: Any, folder: Path, tmp_path: Path) -> None:
    with (tmp_path / "x.jsonl").open("wb") as out:
        code, said = on_a_terminal(folder, out=out)
    assert code == 0
    assert "Exporting" in said
    assert "100%" in said
    assert (tmp_path / "x.jsonl").read_bytes().count(b"\n") == 4


def test_a_terminal_is_spared_what_is_no_text(held: Any, folder: Path) -> None:
    code, said = on_a_terminal(folder, "--format", "wacz", out=None)
    assert code == 2
    assert "wacz is no text for a terminal; name a file with --output, or pipe it on." in said
