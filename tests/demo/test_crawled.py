"""The portal, crawled: every article is in the archive, field by field as it was written."""

import os
import re
import subprocess
import sys
import unicodedata
from urllib.parse import urlsplit

import pytest

from archive import Archive
from crawler.demo.portal import DemoPortal
from crawler.reading.article import Article

FIELDS = (
    "url",
    "title",
    "published_at",
    "published_raw",
    "lead",
    "body",
    "images",
    "author",
    "author_role",
    "source",
    "source_raw",
    "attachments",
)


def crawl(portal, folder, *targets):
    targets = targets or (f"{portal.origin}/",)
    command = [sys.executable, "-m", "crawler.cli", "crawl", *targets, "--delay", "0", "--archive", str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONGTIN_")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def portal():
    with DemoPortal() as portal:
        yield portal


@pytest.fixture(scope="module")
def archive(portal, tmp_path_factory):
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    done = crawl(portal, folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    with Archive(folder) as archive:
        yield archive


def kept(archive, article: Article):
    """An article of the archive in the words of FIELDS.md."""
    row = archive.article(article.url)
    parts = {"images": ("url", "caption", "credit"), "attachments": ("url", "label")}
    return {name: row[name] for name in FIELDS} | {
        "body": row["body"].split("\n\n"),
        **{part: [{name: each[name] for name in names} for each in row[part]] for part, names in parts.items()},
    }


def test_every_article_once_and_nothing_else(portal, archive):
    urls = [url for (url,) in archive.db.conn.execute("SELECT url FROM articles")]
    assert sorted(urls) == sorted(article.url for article in portal.articles)


@pytest.mark.parametrize("field", FIELDS)
def test_field(portal, archive, field):
    pairs = [(article.to_dict(), kept(archive, article)) for article in portal.articles]
    wrong = {
        written["url"].rpartition("/")[2]: {"written": written[field], "kept": found[field]}
        for written, found in pairs
        if written[field] != found[field]
    }
    assert wrong == {}


def test_section(portal, archive):
    """The listing's name; a story that two sections list is of either."""
    titles = {section.slug: section.title for section in portal.site.content.sections}
    for story, article in zip(portal.site.content.stories, portal.articles, strict=True):
        listed = {titles[slug] for slug in (story.section, story.also) if slug}
        assert archive.article(article.url)["section"] in listed, article.url


def test_pictures_and_documents_are_kept_byte_for_byte(portal, archive):
    rows = archive.db.conn.execute(
        "SELECT url, capture_id FROM images UNION ALL SELECT url, capture_id FROM attachments"
    ).fetchall()
    assert len(rows) == 47
    for url, capture_id in rows:
        assert archive.open_capture(capture_id).content == portal.answer(urlsplit(url).path).body, url


def test_pages_are_kept_byte_for_byte(portal, archive):
    for article in portal.articles:
        record = archive.open_capture(archive.article(article.url)["capture_id"])
        assert record.content == portal.answer(urlsplit(article.url).path).body


def test_nothing_was_fetched_that_is_no_news(portal, archive):
    urls = {url for (url,) in archive.db.conn.execute("SELECT url FROM captures")}
    assert {url for url in urls if not url.startswith(f"{portal.origin}/")} == set()
    assert {url for url in urls if re.search("dang-nhap|tim-kiem|icons|javascript|mailto", url)} == set()


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        ("bạc", r"\bbạc\b"),
        ("bác", r"\bbác\b"),
        ("bắc", r"\bbắc\b"),
        ('"hòa bình"', r"\bh(òa|oà) bình\b"),
        ('"hoà bình"', r"\bh(òa|oà) bình\b"),
        ("thúy", r"\bth(úy|uý)\b"),
        ('"đê điều"', r"\bđê điều\b"),
        ("de", r"\b[dđ][eéèẻẽẹêếềểễệ]\b"),
    ],
)
def test_search_finds_every_article_with_the_word_and_no_other(portal, archive, query, pattern):
    wanted = {article.url for article in portal.articles if re.search(pattern, _text(article))}
    assert {hit.url for hit in archive.search(query, limit=100)} == wanted
    assert 0 < len(wanted) < len(portal.articles)


def _text(article: Article) -> str:
    told = [article.title, article.lead, *article.body, article.author, article.source]
    told += [text for image in article.images for text in (image.caption, image.credit)]
    return unicodedata.normalize("NFC", "\n".join(filter(None, told))).lower()


def test_a_second_crawl_fetches_no_article_again(portal, archive):
    bodies = "SELECT count(*) FROM captures WHERE role = 'article' AND status = 200"
    (before,) = archive.db.conn.execute(bodies).fetchone()
    done = crawl(portal, archive.path)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "nothing new" in done.stdout
    assert archive.db.conn.execute(bodies).fetchone() == (before,) == (len(portal.articles),)


def test_listing_addresses_do_as_well_as_the_home_page(portal, tmp_path):
    done = crawl(portal, tmp_path / "archive", *portal.listings.values())
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    with Archive(tmp_path / "archive") as archive:
        rows = dict(archive.db.conn.execute("SELECT url, section FROM articles"))
    assert rows.keys() == {article.url for article in portal.articles}
    assert set(rows.values()) == set(portal.listings)
