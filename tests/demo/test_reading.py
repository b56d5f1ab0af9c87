"""Every page of the portal, read, gives what was written: field by field, the goal the readers are held to."""

from urllib.parse import urlsplit

import pytest

from crawler.demo.portal import DemoPortal
from crawler.reading import read

FIELDS = (
    "url",
    "title",
    "published_at",
    "published_raw",
    "section",
    "lead",
    "body",
    "images",
    "author",
    "author_role",
    "source",
    "source_raw",
    "attachments",
)


@pytest.fixture(scope="module")
def articles():
    """(what was written, what was read) for every article, as dictionaries of FIELDS.md."""
    with DemoPortal() as portal:
        pages = [(article, portal.answer(urlsplit(article.url).path)) for article in portal.articles]
        return [
            (written.to_dict(), read(page.body, written.url, content_type=page.mime).to_dict())
            for written, page in pages
        ]


@pytest.mark.parametrize("field", FIELDS)
def test_field(articles, field):
    wrong = {
        written["url"].rpartition("/")[2]: {"written": written[field], "read": read_[field]}
        for written, read_ in articles
        if written[field] != read_[field]
    }
    assert wrong == {}
