"""Pictures and documents: which of them are still to be fetched. The rows of the archive are the queue."""

from dataclasses import dataclass
from typing import Literal

from archive import Archive

# One that the portal has answered, with a body or with 404, is not asked for again; one that never came is.
_DUE = """
SELECT f.id, f.url, a.url, a.section FROM {table} f JOIN articles a ON a.id = f.article_id
 WHERE f.capture_id IS NULL AND f.gone_at IS NULL AND f.id > :after AND a.portal = :portal
   AND (:again OR NOT EXISTS (SELECT 1 FROM captures c WHERE c.url = f.url AND c.status < 500))
 ORDER BY f.id LIMIT :limit"""
_TABLES: tuple[tuple[str, Literal["image", "attachment"]], ...] = (("images", "image"), ("attachments", "attachment"))
_ATTACH = "UPDATE {table} SET capture_id = :capture WHERE url = :url AND capture_id IS NULL"


@dataclass(frozen=True, slots=True)
class File:
    """A picture or document of an article."""

    url: str
    role: Literal["image", "attachment"]
    article_url: str
    section: str | None


class Files:
    """Gives out each missing file of a portal once a crawl, in the order of the archive."""

    def __init__(self, archive: Archive, portal: str, *, again: bool) -> None:
        self._archive, self._portal, self._again = archive, portal, again
        self._after = dict.fromkeys((table for table, _ in _TABLES), 0)

    def due(self, limit: int) -> list[File]:
        """The next files; [] when every one has been given out."""
        found: dict[str, File] = {}
        for table, role in _TABLES:
            asked = {"after": self._after[table], "portal": self._portal, "again": self._again, "limit": limit}
            for row_id, url, article_url, section in self._archive.db.conn.execute(_DUE.format(table=table), asked):
                self._after[table] = row_id
                found.setdefault(url, File(url, role, article_url, section))
        return list(found.values())


def attach(archive: Archive, url: str, capture_id: int) -> None:
    """Says which capture holds a file that was found at another address than its own, after a redirect."""
    with archive.db.atomic():
        for table, _ in _TABLES:
            archive.db.conn.execute(_ATTACH.format(table=table), {"url": url, "capture": capture_id})
