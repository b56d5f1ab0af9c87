"""Which of a page's img elements show a picture of the article, and at what address: no icons, portraits, logos or teasers."""

import itertools
import re
from urllib.parse import unquote

from lxml.html import HtmlElement

from crawler.reading.conventions.addresses import absolute, split
from crawler.reading.conventions.text import text_of
from crawler.reading.display import pixels

_SOURCES = (  # where a picture's address may stand: before `src`, which may be a blank until the page is scrolled, and after it
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-url",
    "data-image",
    "data-photo-original-src",
    "src",
    "data-srcset",
    "srcset",
)
_NO_PICTURE = re.compile(
    r"(?:^|[/_.\-])(?:icons?(?:[_-][a-z]+)?|ico|logos?(?:[_-][^/]*)?|avatar|spacer|blank|pixel|transparent|loading|lazy|placeholder"
    r"|no-?image(?:[-_]\w+)?|share|facebook|twitter|zalo|youtube|print(?:er|button)?|e?mail(?:button)?|font[-_]?(?:tang|giam|size)?|linkedin|rss"
    r"|banner|bullet|arrow|button|btn|star(?:[-_]o(?:n|ff))?|smil(?:e|ey)|emoji|rating|counter|tracking|captcha|qr-?code"
    r"|google[-_]?news|iconfb|download|pdf|word|excel)(?:[-_]?\d*x?\d*)?\.(?:png|gif|jpe?g|svg|webp|ico|bmp|html)$"
    r"|(?:^|[/_.\-])(?:new|hot|next|prev|back|top|like|comment|clock|calendar|search|volume?|play|speaker|audio)"
    r"(?:[-_]?\d*x?\d*)?\.(?:png|gif|ico)$"  # photographs are jpg
    r"|\.svg$|/(?:icons?|emoji|emoticons?|smileys?|sprites?|flags?)/|1x1|/_layouts/\d*/?images/",
    re.IGNORECASE,
)
_STYLED_SIZE = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*(\d+)px")
_SMILEY = re.compile(r"smil(?:ie|ey)|emoji", re.IGNORECASE)
_FRONT = ("/", "/index.html", "/Default.aspx", "/default.aspx", "/trang-chu", "index.html", "default.asp", "/web/guest")
_PORTRAIT = re.compile(r"author|tac-?gia", re.IGNORECASE)
_PORTRAITS = re.compile(r"/(?:tac-?gia|authors?|avatars?)/", re.IGNORECASE)  # a folder of them
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|tiff?|avif)(?:/|$)", re.IGNORECASE)
_BOX_PARTS = 4  # children: an element of more is no box of one teaser
_TEASER = 12  # characters: a link with a picture and this much text leads to another article
_TINY = 48  # pixels


def picture_url(image: HtmlElement, base: str) -> str | None:
    """The absolute address of a picture, None for icons, spacers and pictures written into the page."""
    for value in _sources(image):
        url = None if value.startswith(("data:", "#")) else absolute(base, value)
        if url:
            refused = (
                _tiny(image)
                or _linked_elsewhere(image, base)
                or _of_author(image)
                or _SMILEY.search(image.get("class", ""))
                or _NO_PICTURE.search(_path(url).partition(";")[0])
            )
            return None if refused else url
    return None


def _path(url: str) -> str:
    path = split(url).path
    return unquote(path) if "%" in path else path


def _sources(image: HtmlElement) -> list[str]:
    own = dict(image.items())
    found = [own[name].strip() for name in _SOURCES if name in own]
    return [v.split(",")[0].split(" ")[0] if "," in v and " " in v else v for v in found if v]


def _linked_elsewhere(image: HtmlElement, base: str) -> bool:
    """A picture that links to the front page is the site's logo; one that links to a page together with words is its teaser."""
    link = next(image.iterancestors("a"), None)
    if link is None:
        return False
    href = (link.get("href") or "").strip()
    if href in _FRONT:
        return True
    url = absolute(base, href) if href else None
    if not url or url.partition("#")[0] == base.partition("#")[0] or _PICTURE_FILE.search(split(url).path):
        return False
    return _words_beside(link, href) >= _TEASER


def _words_beside(link: HtmlElement, href: str) -> int:
    """How much the links to one address say that stand in a picture's box: its own, and the headline beside it."""
    own = len(text_of(link))
    for box in itertools.islice(link.iterancestors(), 3):
        if own >= _TEASER or len(box) > _BOX_PARTS or box.tag in ("body", "tbody"):
            break
        own = max([own, *(len(text_of(a)) for a in box.iter("a") if a.get("href") == href)])
        if box.tag in ("li", "article", "aside"):
            break
    return own


def _of_author(image: HtmlElement) -> bool:
    """The portrait beside a byline."""
    around = [image, *itertools.islice(image.iterancestors(), 2)]
    named = " ".join([name for e in around if (name := e.get("class"))])
    link = next(image.iterancestors("a"), None)
    return bool(
        _PORTRAIT.search(named)
        or _PORTRAITS.search(image.get("src") or "")
        or (link is not None and _PORTRAIT.search(link.get("href") or ""))
    )


def _tiny(image: HtmlElement) -> bool:
    style = image.get("style")
    sizes = [image.get("width"), image.get("height"), *(_STYLED_SIZE.findall(style) if style else ())]
    return any(size is not None and size < _TINY for size in map(pixels, sizes))
