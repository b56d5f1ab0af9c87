"""What happens to a request on its way to the portal, and to the response on its way back."""

from datetime import UTC, datetime
from http import HTTPStatus
from http.client import responses
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Headers, Response

from archive.codings import decode_body
from archive.models import Exchange, Provenance
from crawler.errors import OffPortal, Stopped
from crawler.pace import LONGEST_WAIT, retry_after
from crawler.spider import PortalSpider


class _OfSpider:
    """A middleware that asks its spider."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def spider(self) -> PortalSpider:
        assert isinstance(self.crawler.spider, PortalSpider)
        return self.crawler.spider


class CaptureMiddleware(_OfSpider):
    """Keeps every exchange before anything else sees the response, and hangs its Capture on the request.

    It is a middleware and no signal handler, because its exception must stop the page: what is not kept is not read.
    """

    def process_request(self, request: Request) -> None:  # noqa: ARG002 - Scrapy's signature
        """Being the last that may say no, it does when the crawl is being stopped."""
        if self.spider.stopping:
            raise Stopped

    def process_response(self, request: Request, response: Response) -> Response:
        provenance = provenance_of(request, self.spider.name)
        request.meta["capture"] = self.spider.crawl.capture(exchange_of(request, response), provenance)
        return response


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, but a portal whose robots.txt answers 5xx is asked for nothing, since it may forbid everything: RFC 9309, 2.3.1.4."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        await super()._parse_robots(response, netloc, request)


class DecodeMiddleware:
    """Undoes the Content-Encoding of pages as whoever reads the stored bytes does, so that both read the same.

    Of other answers the status counts alone, and files are kept as they came. Raises Undecodable.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status != HTTPStatus.OK or request.meta.get("role") in ("image", "attachment"):
            return response
        body = decode_body(response.body, _pairs(response.headers))
        return response if body == response.body else response.replace(body=body)


class ConditionalGetMiddleware(_OfSpider):
    """Asks for a known article only if it changed since it was last kept."""

    def process_request(self, request: Request) -> None:
        link = request.cb_kwargs.get("link")
        if link is None or link.state != "kept":  # what failed has to be read again, changed or not
            return
        for name, value in (("If-None-Match", link.etag), ("If-Modified-Since", link.last_modified)):
            if "redirect_urls" in request.meta:  # an error page may well be older than the article
                request.headers.pop(name, None)
            elif value:
                request.headers[name] = value.encode("latin-1")


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, save where the portal asks for a longer pause than a crawl should wait."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if retry_after(response) > LONGEST_WAIT:
            return response
        return super().process_response(request, response)


class PortalRedirectMiddleware(RedirectMiddleware):
    """Scrapy's redirects, but never off the portal: there stands another's page, or a search engine's parking lot."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        result = super().process_response(request, response)
        if isinstance(result, Request):
            self._check(result)
        return result

    def _check(self, redirected: Request) -> None:
        spider = self.crawler.spider
        assert isinstance(spider, PortalSpider)
        if not spider.owns(redirected.url):
            raise OffPortal(redirected.url)


def provenance_of(request: Request, portal: str) -> Provenance:
    """What the bytes cannot tell, as the spider wrote it on the request; robots.txt, which no spider asks for, is "other"."""
    meta = request.meta
    return Provenance(portal, meta.get("role", "other"), section=meta.get("section"), via=meta.get("via"))


def exchange_of(request: Request, response: Response) -> Exchange:
    """A request and its response as they crossed the wire; Twisted added Host and the length, and undid the chunking."""
    length = [("Content-Length", str(len(request.body)))] if request.body else []
    return Exchange(
        url=request.url,
        method=request.method,
        request_headers=[("Host", urlsplit(request.url).netloc.rpartition("@")[2]), *_pairs(request.headers), *length],
        request_body=request.body,
        status=response.status,
        reason=responses.get(response.status, ""),
        response_headers=_pairs(response.headers),
        body=response.body,
        fetched_at=datetime.now(UTC),
        protocol=response.protocol or "HTTP/1.1",
        ip=str(response.ip_address) if response.ip_address else None,
    )


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    """Header lines in order, a repeated one as often as it came. Latin-1 is how bytes are told apart in HTTP/1."""
    return [(name.decode("latin-1"), v.decode("latin-1")) for name, values in headers.items() for v in values]
