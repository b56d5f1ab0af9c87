"""One reader of articles over a file of pages, in an environment of its own: what it read of each, and what that cost.

    python benchmarks/peers.py NAME ROUNDS < PAGES > READ

PAGES is a line of JSON a page: name, url, and the page in base 64. READ is one line of JSON: the version, the milliseconds of the processor
that a page takes (the median over the rounds, after one to warm up), and by page the fields by the names of Article.to_dict(), null for a
page given up. Nothing of the project is imported but for its own reader: what a peer imports is the peer's.
"""

import base64
import contextlib
import json
import statistics
import sys
import time
import warnings
from importlib.metadata import version


def congtin():
    from crawler.reading import Unreadable, read
    from crawler.reading.conventions.addresses import absolute

    def run(body, url):
        absolute.cache_clear()  # as if the page were the first
        try:
            return read(body, url)
        except Unreadable:
            return None

    return run, lambda article: article.to_dict(), "congtin"


def trafilatura():
    import trafilatura

    def run(body, url):
        return trafilatura.bare_extraction(
            body, url=url, with_metadata=True, include_comments=False, target_language=None
        )

    def told(found):
        return _told(found.title, found.date, found.author, found.text, found.description)

    return run, told, "trafilatura"


def newspaper4k():
    import newspaper

    def run(body, url):
        article = newspaper.Article(url, language="vi", fetch_images=False)
        article.download(input_html=body.decode("utf-8", "replace"))
        article.parse()
        return article

    def told(found):
        authors = ", ".join(found.authors) or None
        return _told(found.title, found.publish_date, authors, found.text, found.meta_description)

    return run, told, "newspaper4k"


def newsplease():
    from newsplease import NewsPlease

    def run(body, url):
        return NewsPlease.from_html(body.decode("utf-8", "replace"), url=url)

    def told(found):
        authors = ", ".join(found.authors or ()) or None
        return _told(found.title, found.date_publish, authors, found.maintext, found.description)

    return run, told, "news-please"


def _told(title, day, author, text, lead):
    """What a peer has fields for. A midnight is no clock: they put it where they found a day alone."""
    stamp = str(day).replace(" ", "T").removesuffix("T00:00:00") if day else None
    body = [line.strip() for line in (text or "").split("\n") if line.strip()]
    return {"title": title, "published_at": stamp, "author": author, "body": body, "lead": lead}


READERS = {"congtin": congtin, "trafilatura": trafilatura, "newspaper4k": newspaper4k, "news-please": newsplease}


def main():
    warnings.simplefilter("ignore")
    run, told, package = READERS[sys.argv[1]]()
    pages = [(page["name"], base64.b64decode(page["body"]), page["url"]) for page in map(json.loads, sys.stdin)]
    costs, read = {name: [] for name, _, _ in pages}, {}
    for number in range(int(sys.argv[2]) + 1):
        for name, body, url in pages:
            began, found = time.process_time(), None
            with (
                contextlib.suppress(Exception),
                contextlib.redirect_stdout(sys.stderr),
            ):  # a peer may raise what it likes
                found = run(body, url)
            if number:
                costs[name].append(1000 * (time.process_time() - began))
            elif found is None:
                read[name] = None
            else:
                read[name] = told(found)
    milliseconds = statistics.mean(statistics.median(each) for each in costs.values())
    print(json.dumps({"version": version(package), "milliseconds": milliseconds, "read": read}))


if __name__ == "__main__":
    main()
