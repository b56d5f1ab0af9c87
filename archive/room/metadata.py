"""What an article page tells programs: schema.org for search engines, citation_* and Dublin Core for Zotero."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archive.cite import is_person
from archive.room.visit import outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.cite import Reference

Row = dict[str, Any]
# What could end the element that the JSON stands in, or be read as markup by anything less than a parser.
_ESCAPED = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def tags(row: Row, reference: Reference) -> Iterator[tuple[str, str]]:
    """Names and contents of `meta` elements."""
    for author in reference.authors:
        yield from (("citation_author", author), ("DC.creator", author))
    day = (row["published_at"] or "")[:10]
    told = {
        "citation_title": reference.title,
        "citation_publication_date": day.replace("-", "/"),
        "citation_publisher": reference.portal,
        "citation_public_url": outside(reference.url),
        "citation_language": "vi",
        "DC.title": reference.title,
        "DC.date": day,
        "DC.type": "newspaperArticle" if reference.newspaper else "webpage",
        "DC.publisher": reference.portal,
        "DC.source": reference.source,
        "DC.identifier": outside(reference.url),
        "DC.language": "vi",
        "DC.description": row["lead"],
        "description": row["lead"],
    }
    yield from ((name, content) for name, content in told.items() if content)


def json_ld(row: Row, reference: Reference, archived: str) -> str:
    """A schema.org NewsArticle, safe inside a `script` element. `archived` is the address of the stored page."""
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": row["title"],
        "description": row["lead"],
        "datePublished": row["published_at"],
        "dateModified": row["changed_at"],
        "articleSection": row["section"],
        "author": [
            {"@type": "Person" if is_person(author) else "Organization", "name": author} for author in reference.authors
        ],
        "publisher": {"@type": "Organization", "name": reference.portal},
        "creditText": row["source_raw"],
        "inLanguage": "vi",
        "url": outside(row["url"]),
        "image": [url for image in row["images"] if (url := outside(image["url"]))],
        "archivedAt": archived,
    }
    known = {name: value for name, value in told.items() if value}
    return json.dumps(known, ensure_ascii=False).translate(_ESCAPED)
