"""The line above a stored page: when it was archived, from where, and the ways back. What the page's own styles say cannot hide it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lxml.html.builder import E

from archive.articles import known_address
from archive.room.visit import KEPT, in_path

if TYPE_CHECKING:
    from sqlite3 import Connection

    from archive.models import Capture
    from archive.room.visit import Visit

# The article that was read from a capture, and which version when it is not the newest; else the one of its address.
_ARTICLE = """
SELECT a.id, iif(r.revision < a.revision, r.revision, '') FROM revisions r JOIN articles a ON a.id = r.article_id
 WHERE r.capture_id = :id
UNION ALL SELECT id, '' FROM articles WHERE url = :url
UNION ALL SELECT article_id, '' FROM links WHERE url = :url AND article_id IS NOT NULL
LIMIT 1"""
# In an element of its own, with what is important of the element itself: no rule of a style sheet is above that.
_NAME = "congtin-archive"
_RESET = "all:initial!important;font:14px/1.5 system-ui,sans-serif!important;"
_LINE = (
    _RESET
    + "display:block!important;position:relative!important;z-index:2147483647!important;padding:8px 12px!important;"
    "background:#fbf9f4!important;color:#1f1c18!important;border-bottom:3px solid #8a2b1d!important;"
    "overflow-wrap:anywhere!important"
)
_LINK = _RESET + "color:#7a2317!important;text-decoration:underline!important;cursor:pointer!important"


def banner(conn: Connection, visit: Visit, capture: Capture) -> Any:
    """The element, to be put before all that the page displays."""
    say, look = visit.language.say, {"style": _LINK}
    found = conn.execute(_ARTICLE, {"id": capture.id, "url": known_address(conn, capture.url)}).fetchone()
    article = (
        [E.A(say("stored_article"), look, href=visit.link(f"/article/{found[0]}", version=found[1]))] if found else []
    )
    links = [*article, E.A(say("captures_all"), look, href=f"/timemap/link/{in_path(capture.url)}")]
    told = say("stored_banner", when=visit.language.moment(capture.fetched_at), url=quote(capture.url, safe=KEPT))
    pieces = [piece for link in links for piece in (" · ", link)]
    return E(_NAME, told, *pieces, style=_LINE, lang=visit.language.code, dir="ltr")
