"""How a crawl ended: its outcome, its exit code and the sentences that say why (DESIGN §5)."""

from collections.abc import Iterator, Sequence

from crawler import drift
from crawler.crawl import FORSAKEN, Crawl, Summary
from crawler.errors import OURS
from crawler.walk import Walk

DONE, ERROR, FAILED, DRIFT, UNREACHABLE, INTERRUPTED = 0, 1, 3, 4, 5, 130


def conclude(crawl: Crawl, walks: Sequence[Walk], reason: str) -> Summary:
    """Ends a crawl. `reason` is why its spider was closed, in Scrapy's words: "finished", "shutdown", …"""
    if crawl.summary is not None:
        return crawl.summary
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
    left = f"; then the crawl was broken off: {crawl.forsaken}" if crawl.forsaken else ""
    if crawl.faults or reason not in ("finished", "shutdown", FORSAKEN):
        last = (crawl.faults or [reason])[-1]
        yield ERROR, f"{len(crawl.faults) or 1} faults of our own, the last: {last}{left if crawl.lost else ''}"
    if crawl.counts["failed"] or (crawl.forsaken and not crawl.lost):
        why = ", ".join(f"{word} {count}" for word, count in crawl.failures.most_common())
        left = "" if crawl.lost else left
        yield FAILED, f"{crawl.counts['failed']} pages failed ({why or 'none'}); they are owed to the next crawl{left}"
    if reason == "shutdown":
        yield INTERRUPTED, "interrupted; the next crawl goes on"
    elif walks and all(walk.broken not in (None, OURS) and not walk.pages for walk in walks):
        yield UNREACHABLE, f"no listing could be had ({', '.join(sorted({walk.broken or '' for walk in walks}))})"
    elif changed := _drift(crawl, walks):
        yield DRIFT, changed


def _drift(crawl: Crawl, walks: Sequence[Walk]) -> str:
    """What shows that the portal has changed under our reader's feet, written down too; "" when nothing does."""
    falls, listings = drift.fallen(crawl), drift.barren(crawl, walks)
    drift.write_down(crawl, falls, listings)
    return drift.told(falls, listings)
