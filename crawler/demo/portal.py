"""The demo portal, up as long as a `with` block lasts: for `congtin demo`, and for tests."""

from datetime import date, datetime
from threading import Thread
from typing import Self

from crawler.demo import truth
from crawler.demo.content import Content, content
from crawler.demo.liferay import Liferay
from crawler.demo.routes import Answer, Routes
from crawler.demo.server import LoopbackServer
from crawler.demo.site import Layout, Site
from crawler.demo.uiarticle import UIArticle
from crawler.reading.article import Article

LAYOUTS: dict[str, Layout] = {"liferay": Liferay(), "uiarticle": UIArticle()}


class DemoPortal:
    """A portal that is up as long as the `with` block lasts. `port` 0 takes a free one; `today` is what its banner says.

    >>> with DemoPortal() as portal:
    ...     portal.articles[0].url.startswith(portal.origin), len(portal.listings)
    (True, 3)
    """

    def __init__(self, port: int = 0, *, today: date | None = None, told: Content | None = None) -> None:
        self._server = LoopbackServer(port)  # OSError when the port is taken
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        told = told or content()
        self.site = Site(
            content=told,
            layouts={section.slug: LAYOUTS[section.layout] for section in told.sections},
            origin=self.origin,
            today=today or datetime.now(truth.VIETNAM).date(),
        )
        self._server.routes = Routes(self.site)

    @property
    def articles(self) -> tuple[Article, ...]:
        """The fields of every article as they were written: what an archive of the portal must hold. Newest first."""
        return truth.articles(self.site)

    @property
    def listings(self) -> dict[str, str]:
        """The address of each section's listing, by the section's title."""
        return {section.title: f"{self.origin}/{section.slug}" for section in self.site.content.sections}

    def answer(self, target: str) -> Answer:
        """What stands at a path and query, without HTTP."""
        return self._server.routes.answer(target)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
