"""`congtin read --gold`: a draft of a gold file, never over one that somebody checked."""

import json

import pytest
from click.testing import CliRunner

from crawler.cli import main
from quality.corpus import FOLDERS, load
from quality.floors import Floors
from quality.gate import complaints, measure

GOLDEN = FOLDERS["golden"] / "td" / "attached-documents"
URL = "https://namdinh.gov.vn/portal/Pages/2022-6-15/Thong-bao.aspx"


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "bai.html"
    path.write_bytes(GOLDEN.with_suffix(".html").read_bytes())
    return path


def run(*arguments):
    return CliRunner().invoke(main, ["read", *map(str, arguments)])


def test_draft_has_the_form_of_a_gold_file(page):
    done = run(page, "--url", URL, "--gold")
    assert done.exit_code == 0
    assert "bai.json is a draft: read every field against the page" in done.stderr
    draft = page.with_suffix(".json").read_text("utf-8")
    gold = json.loads(GOLDEN.with_suffix(".json").read_text("utf-8"))
    assert json.loads(draft) == json.loads(done.stdout) == {**gold, "url": URL}
    assert list(json.loads(draft)) == list(gold)
    assert draft == json.dumps(json.loads(draft), ensure_ascii=False, indent=1) + "\n"


def test_draft_can_be_scored_at_once(page):
    run(page, "--url", URL, "--gold")
    measured = measure(load("golden", page.parent))
    floors = Floors()
    floors.pin("golden", measured.corpus.digest, measured.scores)
    assert measured.scores["as sent"]["title"] == 1
    assert complaints(measured, floors) == []


def test_gold_file_that_is_there_stays(page):
    gold = page.with_suffix(".json")
    gold.write_text("{}\n")
    done = run(page, "--url", URL, "--gold")
    assert (done.exit_code, done.stdout, gold.read_text()) == (2, "", "{}\n")
    assert "is there already; --force writes over it" in done.stderr
    assert run(page, "--url", URL, "--gold", "--force").exit_code == 0
    assert json.loads(gold.read_text("utf-8"))["url"] == URL


def test_nothing_is_written_without_being_asked_for(page):
    assert run(page, "--url", URL).exit_code == 0
    assert run(page, "--url", URL, "--force").exit_code == 2
    assert not page.with_suffix(".json").exists()


@pytest.mark.parametrize("name", ["bai.htm", "bai.json", "bai"])
def test_only_a_page_that_the_gate_would_find_gets_a_draft(page, name):
    page = page.rename(page.with_name(name))
    before = page.read_bytes()
    done = run(page, "--url", URL, "--gold")
    assert done.exit_code == 2 and "--gold wants a file NAME.html" in done.stderr
    assert [p.read_bytes() for p in page.parent.iterdir()] == [before]


def test_draft_never_holds_the_address_of_a_file(page):
    page.write_bytes(page.read_bytes().replace(b"canonical", b"x").replace(b"og:url", b"x"))
    done = run(page, "--gold")
    assert done.exit_code == 2 and "and --url where the page" in done.stderr
    assert not page.with_suffix(".json").exists()
