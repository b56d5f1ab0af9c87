"""`congtin demo`, as a newcomer types it."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

import crawler.run
from archive import Archive
from crawler.cli import main
from crawler.crawl import Summary
from crawler.demo.command import earlier_port

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("CONGTIN_")}
DEMO = [sys.executable, "-m", "crawler.cli", "demo"]


def complaints(stderr: str) -> list[str]:
    """What a run says on stderr but for its progress, which a crawl on a busy machine tells every few seconds."""
    return [line for line in stderr.splitlines() if " pages/s, " not in line]


def demo(*args, cwd=None):
    return subprocess.run(
        [*DEMO, *map(str, args)], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
    )


def refused(folder, *args):
    """The sentence with which the demo refuses a folder, in this process: nothing is crawled."""
    done = CliRunner().invoke(main, ["demo", "--archive", str(folder), *args])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def done(folder):
    """The demo's first run, without any option."""
    return demo(cwd=folder)


@pytest.fixture
def others(tmp_path):
    """An archive of something else."""
    with Archive(tmp_path / "archive", create=True) as archive:
        archive.begin_crawl("namdinh")
    return tmp_path / "archive"


class TestTheFirstRun:
    def test_it_ends_well(self, done):
        assert (done.returncode, complaints(done.stderr)) == (0, [])

    def test_it_keeps_every_article_in_the_folder_where_every_command_looks(self, done, folder):
        with Archive(folder / "congtin-archive") as archive:
            assert archive.db["articles"].count == 40
        assert "40 new" in done.stdout

    def test_it_shows_a_search_without_diacritics_and_one_with(self, done):
        plain, exact = done.stdout.split("$ congtin search ")[1:]
        assert plain.startswith('"nam dinh" ')
        assert "**Nam** **Định**" in " ".join(plain.split())
        assert exact.startswith('"bạc" ')
        assert re.findall(r"\*\*(\w+)\*\*", exact.split("in all")[0]) == ["bạc"] * exact.count("**bạc**") != []

    def test_every_next_command_can_be_typed_as_it_stands(self, done, folder):
        lines = [line.strip().split("   ")[0] for line in done.stdout.split("try next:\n")[1].splitlines()]
        assert "--archive" not in done.stdout
        lines = [line for line in lines if not line.startswith(("datasette", "congtin demo"))]
        assert {line.split()[0] for line in lines} == {"congtin", "sqlite-utils"}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        for line in lines:
            typed = subprocess.run(
                line,
                shell=True,
                cwd=folder,
                env=ENVIRONMENT | {"PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            assert (typed.returncode, typed.stderr) == (0, ""), line
            assert len(typed.stdout.splitlines()) >= 1, line


class TestTheSecondRun:
    def test_it_finds_nothing_new_at_the_same_port(self, done, folder):
        again = demo(cwd=folder)
        assert (again.returncode, complaints(again.stderr)) == (0, [])
        assert "nothing new" in again.stdout
        assert re.search(r"http://\S+", again.stdout)[0] == re.search(r"http://\S+", done.stdout)[0]
        with Archive(folder / "congtin-archive") as archive:
            assert archive.db["articles"].count == 40

    def test_it_wants_no_other_port(self, done, folder):
        assert re.fullmatch(
            r"The demo in .* ran at port \d+; leave --port out, or choose a new --archive\.\n",
            refused(folder / "congtin-archive", "--port", "1"),
        )

    def test_it_says_when_the_port_is_taken(self, done, folder):
        port = earlier_port(folder / "congtin-archive")
        with socket.create_server(("127.0.0.1", port)):
            assert f"cannot have port {port}" in refused(folder / "congtin-archive")


class TestRefusals:
    def test_an_archive_of_something_else_is_left_alone(self, others):
        before = (others / "archive.db").read_bytes()
        assert "and not the demo's; choose a new folder" in refused(others)
        assert (others / "archive.db").read_bytes() == before

    def test_an_archive_of_another_server_on_this_machine_too(self, tmp_path):
        with Archive(tmp_path / "archive", create=True) as archive:
            crawl_id = archive.begin_crawl("127.0.0.1_8000")
            listing = "http://127.0.0.1:8000/tin"
            archive.ledger.discover("127.0.0.1_8000", [(f"{listing}-1.html", None, listing)], crawl_id)
        assert "and not the demo's" in refused(tmp_path / "archive")

    def test_what_is_no_archive_is_left_alone(self, tmp_path):
        file, folder = tmp_path / "letters.txt", tmp_path / "folder"
        folder.mkdir()
        for path in (file, folder / "archive.db"):
            path.write_text("private")
            assert refused(path if path is file else folder).startswith("No archive: ")
            assert path.read_text() == "private"


class TestHonesty:
    def test_an_article_that_was_not_kept_is_named_and_counts(self, tmp_path, monkeypatch):
        def idle(targets, place, **_):
            Archive(place, create=True).close()
            return [Summary("127.0.0.1", 1, "done", 0, [], Counter(), 0, {}, {})]

        monkeypatch.setattr(crawler.run, "crawl", idle)
        done = CliRunner().invoke(main, ["demo", "--archive", str(tmp_path / "archive")])
        assert done.exit_code == 3
        assert done.stdout.count(f" --archive {tmp_path / 'archive'}\n") >= 1
        assert done.stderr.count("Not in the archive: http://127.0.0.1:") == 40


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_keep_serving_until_stopped(tmp_path, how, code):
    command = [*DEMO, "--archive", str(tmp_path / "archive"), "--keep-serving"]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            line = next(line for line in running.stdout if "stays up" in line)
            with urllib.request.urlopen(line.split()[0]) as page:
                assert page.status == 200
            running.send_signal(how)
            assert (running.wait(timeout=30), complaints(running.stderr.read())) == (code, [])
        finally:
            running.kill()
