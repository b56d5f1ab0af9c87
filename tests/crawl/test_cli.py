"""The commands at their edges: what is refused, and with which words and exit code."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
from portal import Answer, article_page, html

from crawler.cli import main


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "bai.html"
    path.write_bytes(html(article_page(2)).body)
    return path


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ((), "Say what to crawl"),
        (("namdin",), "'namdin' is neither a portal that we know"),
        (("http://",), "'http://' is neither"),
        (("http://[bad/",), "'http://[bad/' is neither"),
        (("https:///tin",), "'https:///tin' is neither"),
        (("ftp://a.vn/tin",), "'ftp://a.vn/tin' is neither"),
        (("namdinh", "không có"), "'không có' is neither"),
    ],
)
def test_what_cannot_be_crawled_is_refused_and_nothing_is_written(congtin, tmp_path, targets, words):
    done = congtin("crawl", *targets)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "congtin-archive").exists()


def test_folder_that_is_no_archive_is_refused(congtin, tmp_path):
    folder = tmp_path / "congtin-archive"
    folder.mkdir()
    (folder / "archive.db").write_bytes(b"something else entirely, and longer than a header" * 4)
    done = congtin("crawl", "http://127.0.0.1:9/")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["archive.db"]


def test_json_prints_the_summary_and_nothing_else(portal, congtin):
    portal.add_listing("/tin", portal.add_articles("/tin", 2))
    report = json.loads(congtin("crawl", f"{portal.origin}/tin", "--json").stdout)
    (summary,) = report["portals"]
    assert (summary["outcome"], summary["exit_code"], summary["counts"]["new"]) == ("done", 0, 2)
    assert summary["coverage"]["author"] == 1.0


def test_plain_lines_tell_how_far_it_is(portal, congtin):
    portal.add_listing("/tin", portal.add_articles("/tin", 6))
    before = "import crawler.progress as p; p._PLAIN = 0.02"
    lines = congtin("crawl", f"{portal.origin}/tin", before=before).stdout.splitlines()
    assert re.fullmatch(
        rf"{portal.name}: \d+ fetched, \d+ new, 0 changed, 0 failed, \d+ owed, [\d.]+ pages/s, \S*", lines[0]
    )
    assert lines[-1] == f"{portal.name}: done; 6 new (9 requests, 2 listing pages)."


def test_live_table_on_a_terminal(portal, congtin):
    portal.add_listing("/tin", portal.add_articles("/tin", 3))
    before = """
import crawler.cli as cli, crawler.progress as p
p._LIVE = 0.02
real = cli.Told
cli.Told = lambda **more: real(force_terminal=True, width=120, **more)"""
    done = congtin("crawl", f"{portal.origin}/tin", before=before)
    assert done.returncode == 0, done.stderr
    assert "pages/s" in done.stdout + done.stderr


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_reader_who_leaves_costs_neither_the_crawl_nor_its_exit_code(portal, congtin, rows, words):
    """As `congtin crawl … | head -1` has it, which hears a line or nothing at all."""
    paths = portal.add_articles("/tin", 6)
    portal.routes[paths[2]] = Answer(b"", 500)
    portal.add_listing("/tin", paths)
    before = """
import os, crawler.progress as p
p._PLAIN = 0.02
reader, writer = os.pipe()
os.dup2(writer, 1)
os.close(reader)"""
    done = congtin("crawl", f"{portal.origin}/tin", *words, before=before)
    assert done.returncode == 3
    told = f"{portal.name}: 1 pages failed (status 1); they are owed to the next crawl."
    assert done.stderr.splitlines()[-1] == told
    assert "Traceback" not in done.stderr
    assert rows("SELECT outcome, exit_code, new FROM crawls") == [("done", 3, 5)]


def test_without_any_stdout(portal, congtin, started, tmp_path):
    portal.add_listing("/tin", portal.add_articles("/tin", 1))
    command = shlex.join([*started.command, "crawl", f"{portal.origin}/tin", "--delay", "0"])
    for words in (
        command,
        shlex.join([*started.command, "search", "cau phao"]),
        shlex.join([*started.command, "status"]),
    ):
        done = subprocess.run(
            ["sh", "-c", f"{words} >&-"], cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_verbose_shows_what_scrapy_logs(portal, congtin):
    portal.add_listing("/tin", portal.add_articles("/tin", 1))
    assert "[scrapy.core.engine] DEBUG: Crawled (200)" in congtin("crawl", f"{portal.origin}/tin", "--verbose").stderr


def test_portals_lists_the_named_ones(congtin):
    done = congtin("portals")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["baonamdinh", "namdinh", "ninhbinh"]


def test_read_prints_the_article_of_a_file(congtin, page):
    done = congtin("read", page, "--url", "http://tinh.example.vn/tin/bai-4002.html?fbclid=x")
    article = json.loads(done.stdout)
    assert article["url"] == "http://tinh.example.vn/tin/bai-4002.html"
    assert (article["author"], article["published_at"]) == ("Trần Văn Sông", "2023-05-28T08:02:00+07:00")
    assert "evidence" not in article


def test_read_explains_each_field(congtin, page):
    article = json.loads(congtin("read", page, "--explain").stdout)
    assert article["layout"]
    assert set(article["evidence"]["title"]) == {"rule", "place"}


def test_read_takes_the_address_that_a_page_gives_itself(congtin, tmp_path):
    page = html(article_page(1)).body.replace(
        b"<head>", b"<head><link rel='canonical' href='http://tinh.example.vn/a-1.html'>"
    )
    (tmp_path / "a.html").write_bytes(page)
    assert json.loads(congtin("read", "a.html").stdout)["url"] == "http://tinh.example.vn/a-1.html"


@pytest.mark.parametrize("delay", ["nan", "inf", "1e309", "-1", "3601"])
def test_a_pause_that_is_none(congtin, delay):
    """Not a number would be no pause at all, and an endless one no crawl."""
    for words in (("crawl", "namdinh"), ("import", "wayback", "namdinh"), ("demo",)):
        done = congtin(*words, *(["--delay", delay] if words[0] != "crawl" else []), delay=delay)
        assert done.returncode == 2, words
        assert "--delay" in done.stderr


@pytest.mark.parametrize("url", ["notaurl", "http://[::1/x", "http:///tin.html", "ftp://a.vn/x"])
def test_read_with_an_address_that_is_none(congtin, tmp_path, url):
    (tmp_path / "a.html").write_text("<h1>x</h1>")
    for words in (["a.html", "--url", url], [url]):
        done = congtin("read", *words)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "address" in done.stderr


def test_read_fetches_an_address_once(portal, congtin):
    (path,) = portal.add_articles("/tin", 1)
    assert json.loads(congtin("read", portal.origin + path).stdout)["url"] == portal.origin + path
    assert portal.asked() == [path]


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("khong-co.html", 2, "could not be read"),
        (".", 2, "could not be read"),
        ("http://127.0.0.1:9/tin", 5, "could not be had"),
        ("empty.html", 3, "holds no article"),
    ],
)
def test_read_of_what_cannot_be_read(congtin, tmp_path, source, code, words):
    (tmp_path / "empty.html").write_bytes(b"")
    done = congtin("read", source)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def leaves(group, name=""):
    for word, command in group.commands.items():
        yield from (
            leaves(command, f"{name} {word}") if isinstance(command, click.Group) else [(f"{name} {word}", command)]
        )


@pytest.mark.parametrize(("name", "command"), list(leaves(main)))
def test_every_command_takes_an_archive(name, command):
    assert any("--archive" in option.opts for option in command.params)


@pytest.mark.parametrize(("name", "command"), list(leaves(main)))
def test_help_ends_with_examples_that_can_be_typed(name, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("archive").mkdir()
    shown = command.get_help(click.Context(command)).partition("Examples:\n")[2].splitlines()
    assert shown
    for line in shown:
        words = shlex.split(line)
        start = len(name.split()) + 1
        assert words[:start] == ["congtin", *name.split()]
        command.make_context(name, words[start:])  # raises for what the command does not take
