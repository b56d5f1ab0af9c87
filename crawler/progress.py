"""What a crawl shows while it runs: a live table on a terminal, a plain line every few seconds elsewhere."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from crawler.console import Told
from crawler.crawl import Crawl, Summary

_LIVE, _PLAIN = 0.5, 5.0  # seconds between two looks
_COLUMNS = ("fetched", "new", "changed", "failed", "owed")


class Progress:
    """Follows crawls on a console; by default says nothing of them but what `say` is given."""

    def __init__(self, console: Console | None = None, *, shown: bool = False) -> None:
        self.console = console or Told(stderr=True, highlight=False)
        self.shown = shown
        self._began = time.monotonic()

    def say(self, sentence: str) -> None:
        self.console.print(sentence, soft_wrap=True, markup=False)

    def warn(self, sentence: str) -> None:
        """Says it on stderr, wherever the rest is said."""
        if self.console.stderr:
            self.say(sentence)
        else:
            click.echo(sentence, err=True)

    @contextmanager
    def following(self, crawls: Sequence[Crawl]) -> Iterator[None]:
        """Shows the crawls as long as the block lasts; needs the reactor that the block runs."""
        self._began = time.monotonic()
        if not self.shown:
            yield
        elif self.console.is_terminal:
            live = Live(console=self.console, auto_refresh=False, transient=True)
            with live, _every(_LIVE, lambda: live.update(self._table(crawls), refresh=True)):
                yield
        else:
            with _every(_PLAIN, lambda: self._lines(crawls)):
                yield

    def _table(self, crawls: Sequence[Crawl]) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), expand=True)
        table.add_column("portal", no_wrap=True)
        for name in (*_COLUMNS, "pages/s"):
            table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
        table.add_column("page", overflow="ellipsis", no_wrap=True, ratio=1)  # what room is left
        for crawl in crawls:
            figures = [str(figure) for figure in self._figures(crawl).values()]
            table.add_row(crawl.portal, *figures, f"{self._rate(crawl):.1f}", Text(crawl.page))
        return table

    def _lines(self, crawls: Sequence[Crawl]) -> None:
        for crawl in crawls:
            if crawl.summary is None:
                figures = ", ".join(f"{figure} {name}" for name, figure in self._figures(crawl).items())
                self.say(f"{crawl.portal}: {figures}, {self._rate(crawl):.1f} pages/s, {crawl.page}")

    def _figures(self, crawl: Crawl) -> dict[str, int]:
        return {name: crawl.owed if name == "owed" else crawl.counts[name] for name in _COLUMNS}

    def _rate(self, crawl: Crawl) -> float:
        return crawl.counts["fetched"] / max(time.monotonic() - self._began, 0.001)


@contextmanager
def _every(seconds: float, look: object) -> Iterator[None]:
    """Calls `look` on the reactor every so many seconds."""
    from twisted.internet.task import LoopingCall  # noqa: PLC0415 - installs a reactor where there is none

    assert callable(look)
    calls = LoopingCall(look)
    calls.start(seconds, now=False)
    try:
        yield
    finally:
        if calls.running:
            calls.stop()


def told(summary: Summary) -> str:
    """A crawl's end in one line."""
    counts = summary.counts
    found = ", ".join(
        f"{counts[name]} {name}" for name in ("new", "changed", "unchanged", "gone", "failed") if counts[name]
    )
    missing = f", {summary.missing} pictures or documents missing" if summary.missing else ""
    pages = f"{counts['fetched']} requests, {counts['listings']} listing pages"
    return f"{summary.portal}: {summary.outcome}; {found or 'nothing new'}{missing} ({pages})."
