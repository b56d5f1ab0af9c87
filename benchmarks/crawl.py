"""The crawl beside a bare Scrapy spider that only follows the same links of the same served portal.

    python benchmarks/crawl.py [--articles 400] [--rounds 3] [--json]

Serves a made portal on loopback (listings of twenty, articles of about 30 kB), crawls it without pause by a bare spider and by
`congtin crawl` in turns, and prints pages a second, their ratio, and the peak memory of `congtin crawl` on the portal and on one three
times as large. Ratios are of one run; quote the median.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LISTED = 20
WORDS = "Xã Hải Minh họp bàn kế hoạch làm đường giao thông nông thôn, nạo vét kênh mương, trồng cây vụ đông và giữ vệ sinh môi trường. "
ARTICLE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} - Tin tức - Huyện Hải Hậu</title></head><body>
<div class="menu">{menu}</div><div class="asset-full-content-title">{title}</div>
<div class="assetPublishDate block_timer">{day:02d}/03/2023 | 4:31 PM</div>
<div class="asset-full-content"><div class="journal-content-article">{text}<p align="right"><strong>Thu Lan</strong></p></div></div>
<ul class="related">{menu}</ul></body></html>"""
BARE = """
import scrapy
class Bare(scrapy.Spider):
    name = "bare"
    start_urls = ["{origin}/tin-tuc"]
    custom_settings = dict(LOG_LEVEL="ERROR", TELNETCONSOLE_ENABLED=False, CONCURRENT_REQUESTS=4, CONCURRENT_REQUESTS_PER_DOMAIN=1,
                           DOWNLOAD_DELAY=0, ROBOTSTXT_OBEY=True)
    def parse(self, response):
        for href in response.css("h3.asset-title a::attr(href), ul.pager a::attr(href)").getall():
            yield response.follow(href, self.parse if "page=" in href else self.page)
    def page(self, response):
        pass
"""


class Portal(BaseHTTPRequestHandler):
    """Listings and articles made on the spot; `articles` and `paragraphs` are set by `serve`."""

    protocol_version = "HTTP/1.1"
    articles = 0
    paragraphs = 25

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/tin-tuc":
            return self.answer(self.listing(int(query.removeprefix("page=") or 1)))
        if path.startswith("/-/view_content/"):
            return self.answer(self.article(int(path.split("/")[3].split("-")[0])))
        return self.answer("User-agent: *\nDisallow:\n" if path == "/robots.txt" else "", kind="text/plain")

    def listing(self, page: int) -> str:
        numbers = range((page - 1) * LISTED + 1, min(page * LISTED, self.articles) + 1)
        items = "".join(
            f'<div class="asset-abstract"><h3 class="asset-title"><a href="/-/view_content/{n}-xa-hai-minh-lam-duong-dot-{n}.html">'
            f"Xã Hải Minh làm đường giao thông nông thôn đợt {n}</a></h3><p>{WORDS}</p></div>"
            for n in numbers
        )
        last = -(-self.articles // LISTED)
        following = f'<li><a href="/tin-tuc?page={page + 1}">Trang sau</a></li>' if page < last else ""
        head = '<html><head><meta charset="utf-8"><title>Tin tức</title></head>'
        return f'{head}<body>{items}<ul class="pager">{following}</ul></body></html>'

    def article(self, number: int) -> str:
        text = "".join(f"<p>{WORDS * 5} Đoạn {i} của bài {number}.</p>" for i in range(self.paragraphs))
        menu = "".join(f'<li><a href="/muc-{i}">Chuyên mục số {i}</a></li>' for i in range(60))
        return ARTICLE.format(
            title=f"Xã Hải Minh làm đường giao thông nông thôn đợt {number}", day=1 + number % 28, text=text, menu=menu
        )

    def answer(self, text: str, kind: str = "text/html; charset=utf-8") -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def serve(articles: int, paragraphs: int = 25) -> ThreadingHTTPServer:
    handler = type("Sized", (Portal,), {"articles": articles, "paragraphs": paragraphs})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def timed(command: list[str], folder: str) -> tuple[float, int]:
    """Seconds of wall clock and peak memory in MiB of one command, its children's included."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed with status {status}")
    return time.perf_counter() - start, usage.ru_maxrss // 1024


def congtin(origin: str, folder: str, archive: str) -> tuple[float, int]:
    script = str(Path(sys.executable).with_name("congtin"))
    return timed([script, "crawl", f"{origin}/tin-tuc", "--delay", "0", "--no-images", "--archive", archive], folder)


def bare(origin: str, folder: str) -> tuple[float, int]:
    spider = Path(folder, "bare.py")
    spider.write_text(BARE.replace("{origin}", origin))
    return timed([sys.executable, "-m", "scrapy", "runspider", str(spider)], folder)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--articles", type=int, default=400)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    pages = args.articles + -(-args.articles // LISTED)
    server, rounds = serve(args.articles), []
    origin = "http://{}:{}".format(*server.server_address)
    with tempfile.TemporaryDirectory() as folder:
        for n in range(args.rounds):
            theirs, ours = bare(origin, folder), congtin(origin, folder, f"archive-{n}")
            rounds.append((pages / theirs[0], pages / ours[0], ours[1]))
        larger = serve(3 * args.articles)
        memory = congtin("http://{}:{}".format(*larger.server_address), folder, "archive-larger")[1]
    result = {
        "pages": pages,
        "bare_pages_a_second": round(statistics.median(r[0] for r in rounds), 1),
        "congtin_pages_a_second": round(statistics.median(r[1] for r in rounds), 1),
        "ratio": round(statistics.median(r[1] / r[0] for r in rounds), 2),
        "peak_mib": max(r[2] for r in rounds),
        "peak_mib_three_times_the_pages": memory,
    }
    print(json.dumps(result) if args.json else "\n".join(f"{name:32} {value}" for name, value in result.items()))


if __name__ == "__main__":
    main()
