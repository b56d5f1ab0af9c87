"""How a crawl ended: its outcome, its exit code and the sentences that say why (DESIGN §5)."""

import json
from collections.abc import Iterator, Mapping, Sequence

from archive import Archive
from crawler.crawl import FORSAKEN, Crawl, Summary
from crawler.walk import Walk

DONE, ERROR, FAILED, DRIFT, UNREACHABLE, INTERRUPTED = 0, 1, 3, 4, 5, 130
_ENOUGH = 10  # articles; a share of fewer says little
_FELL = 0.5  # a field that fewer than half as many articles have as used to
_PAST = """
SELECT coverage, new + changed + unchanged FROM crawls
 WHERE portal = ? AND id < ? AND coverage IS NOT NULL AND coverage <> '{}' ORDER BY id DESC LIMIT 20"""


def conclude(crawl: Crawl, walks: Sequence[Walk], reason: str) -> Summary:
    """Ends a crawl. `reason` is why its spider was closed, in Scrapy's words: "finished", "shutdown", …"""
    found = dict(_findings(crawl, walks, reason))
    if INTERRUPTED in found:
        outcome = "interrupted"
    elif UNREACHABLE in found:
        outcome = "unreachable"
    else:
        outcome = "done" if reason == "finished" and not crawl.bounded else "partial"
    return crawl.finish(outcome, max(found, default=DONE), [found[code] for code in sorted(found)])


def _findings(crawl: Crawl, walks: Sequence[Walk], reason: str) -> Iterator[tuple[int, str]]:
    """Exit codes that apply, each with its sentence."""
    if crawl.faults or reason not in ("finished", "shutdown", FORSAKEN):
        yield ERROR, f"{len(crawl.faults) or 1} faults of our own, the last: {(crawl.faults or [reason])[-1]}"
    if crawl.counts["failed"] or crawl.forsaken:
        why = ", ".join(f"{word} {count}" for word, count in crawl.failures.most_common())
        left = f"; then the crawl was broken off: {crawl.forsaken}" if crawl.forsaken else ""
        yield FAILED, f"{crawl.counts['failed']} pages failed ({why or 'none'}); they are owed to the next crawl{left}"
    if reason == "shutdown":
        yield INTERRUPTED, "interrupted; the next crawl goes on"
    elif walks and all(walk.broken and not walk.pages for walk in walks):
        yield UNREACHABLE, f"no listing could be had ({', '.join(sorted({walk.broken or '' for walk in walks}))})"
    elif drift := _drift(crawl, walks):
        yield DRIFT, drift


def _drift(crawl: Crawl, walks: Sequence[Walk]) -> str:
    """What shows that the portal has changed under our reader's feet; "" when nothing does."""
    barren = [walk.url for walk in walks if walk.barren and not walk.broken]
    if barren:
        return f"listings that gave no articles: {', '.join(barren)}"
    past = past_coverage(crawl.archive, crawl.portal, crawl.id)
    fallen = fallen_fields(past, crawl.coverage) if crawl.articles >= _ENOUGH else []
    if fallen:
        shares = ", ".join(f"{name} {past[name]:.0%} → {crawl.coverage[name]:.0%}" for name in fallen)
        return f"fewer articles than ever have: {shares}"
    return ""


def past_coverage(archive: Archive, portal: str, before: int) -> dict[str, float]:
    """The share of articles that had each field in the portal's last crawls; {} when they read too few."""
    rows = archive.db.conn.execute(_PAST, (portal, before)).fetchall()
    total = sum(count for _, count in rows)
    shares: dict[str, float] = {}
    for coverage, count in rows if total >= _ENOUGH else []:
        for name, share in json.loads(coverage).items():
            shares[name] = shares.get(name, 0.0) + share * count / total
    return shares


def fallen_fields(past: Mapping[str, float], present: Mapping[str, float]) -> list[str]:
    """The fields that most articles used to have and that not half as many have now.

    >>> fallen_fields({"lead": 0.9, "author": 0.1, "source": 0.8}, {"lead": 0.3, "author": 0.0, "source": 0.7})
    ['lead']
    """
    return [name for name, share in past.items() if share >= _FELL and present.get(name, 0.0) < _FELL * share]
