"""Canonical addresses: one article, one address."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

_SESSION_PATH = re.compile(r";(jsessionid|sid|phpsessid)=[^/?#]*", re.IGNORECASE)
_COOKIELESS = re.compile(r"/\([SAF]\([^)]*\)\)(?=/)")  # ASP.NET's session in the path: /(S(abc))/Default.aspx
_DROPPED = re.compile(
    r"""^(utm_\w*|fbclid|gclid|dclid|msclkid|zarsrc|_ga|_gl|mc_[ce]id|igshid|ref|referrer|
    redirect|returnurl|return_url|backurl|back_url|
    (js|php|asp)?sess(ion)?_?id|phpsessid|jsessionid|aspsessionid\w*|sid_|cftoken|cfid|
    _\w*_redirect|_\w*_urltitle_|p_auth|doasuserlanguageid|
    share|from_share|amp|print)$""",
    re.IGNORECASE | re.VERBOSE,
)
_PLAIN = re.compile(
    r"https?://[\w.-]+(?::\d+)?(?:/[\w./%~+,@-]*(?:\?[\w./%~+,@=&:-]+)?)?", re.ASCII
)  # absolute as it stands
_RELATIVE = re.compile(  # what goes on from a folder, or from one above it, without any need to look closer
    r"(?P<root>/(?!/))?(?P<up>(?(root)|(?:\.\./)*))(?P<rest>[\w%~+,@-][\w.%~+,@-]*(?:/[\w%~+,@-][\w.%~+,@-]*)*/?(?:\?[\w./%~+,@=&:-]+)?)",
    re.ASCII,
)
_FOLDER = re.compile(r"(?:/[\w%~+,@-][\w.%~+,@-]*)*/[\w.%~+,@-]*", re.ASCII)
_ARCHIVED = re.compile(r"https?://[^/]+/(?:[\w-]+/)*\d{14}(?:[a-z]{2}_)?/(?=https?://)")
_DEFAULT_PORT = {"http": ":80", "https": ":443"}
_FILE_NAME = re.compile(
    r"[^\s/\\](?:[^/\\\n]{0,98}[^\s/\\])?\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|odt|ods)", re.IGNORECASE
)
_DOCUMENT = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|zip|rar|7z|odt|ods)(?=$|[/?#&])", re.IGNORECASE)


def split(url: str) -> SplitResult:
    """The parts of an address; one that is none, as pages hold many, is all path.

    >>> split("http://a.vn/tin?id=1").path, split("http://[tên miền]/tin").path
    ('/tin', 'http://[tên miền]/tin')
    """
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")


def canonical(url: str) -> str:
    """The address without fragment, session ids and tracking parameters; what chooses the article stays, in its order.

    >>> canonical("HTTPS://NamDinh.gov.vn:443/portal/Pages/2021-10-5/Tin.aspx?fbclid=x#top")
    'https://namdinh.gov.vn/portal/Pages/2021-10-5/Tin.aspx'
    >>> canonical("http://a.vn/web/guest/-/tin;jsessionid=A1.b?123&utm_source=fb")
    'http://a.vn/web/guest/-/tin?123'
    >>> canonical("http://a.vn/Default.aspx?sname=ubnd&sid=4&pageid=468&redirect=%2Fhome")
    'http://a.vn/Default.aspx?sname=ubnd&sid=4&pageid=468'
    """
    parts = split(url.strip())
    scheme = parts.scheme.lower()
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(_DEFAULT_PORT.get(scheme, "\0"))
    path = _COOKIELESS.sub("", _SESSION_PATH.sub("", parts.path)) or "/"
    kept = [p for p in parts.query.split("&") if p and not _DROPPED.match(p.partition("=")[0])]
    return urlunsplit((scheme, host, path, "&".join(kept), ""))


def slug_words(url: str) -> list[str]:
    """The words that an address spells: its longest part with hyphens, numbers at its ends and the file's ending taken away.

    >>> slug_words("https://a.vn/web/guest/-/1057948-nhieu-hoat-dong-ky-niem.html")
    ['nhieu', 'hoat', 'dong', 'ky', 'niem']
    """
    part = max(split(url).path.split("/"), key=lambda p: p.count("-"))
    words = re.sub(r"\.\w{2,5}$", "", part).lower().split("-")
    while words and (not words[-1] or any(c.isdigit() for c in words[-1])):
        words.pop()
    while words and words[0].isdigit():
        words.pop(0)
    return words


def unwrapped(url: str) -> str:
    """The address that a web archive's address stands for, where a page was kept with its links rewritten; any other as it is.

    >>> unwrapped("https://web.archive.org/web/20190312010000im_/http://a.vn/anh.jpg")
    'http://a.vn/anh.jpg'
    """
    found = _ARCHIVED.match(url) if url.count("://") > 1 else None
    return url[found.end() :] if found else url


@lru_cache(maxsize=64)
def _folders(base: str) -> tuple[str, ...]:
    """The site that an address stands on, then its folders: what a plain relative address goes on from; () where that needs more care."""
    parts = split(base)
    if parts.scheme not in ("http", "https") or not parts.netloc or not _FOLDER.fullmatch(parts.path):
        return ()
    return (f"{parts.scheme}://{parts.netloc}", *parts.path.split("/")[1:-1])


@lru_cache(maxsize=4096)
def absolute(base: str, href: str) -> str | None:
    """The http(s) address that a link or a picture names on a page; None for script, mail, data and nonsense.

    >>> absolute("https://a.vn/b/c.html", " ../anh 1.jpg\\n")
    'https://a.vn/anh%201.jpg'
    >>> absolute("https://a.vn/", "javascript:void(0)") is None
    True
    """
    if _PLAIN.fullmatch(href):
        return href
    if plain := _RELATIVE.fullmatch(href):
        folders, up = _folders(base), len(plain["up"]) // 3
        if plain["root"]:
            folders = folders[:1]
        if len(folders) - up > 0:
            return unwrapped(f"{'/'.join(folders[: len(folders) - up])}/{plain['rest']}")
    href = "".join(href.split("\n")).strip().replace("\t", "").replace("\r", "")
    try:
        url = urljoin(base, href)
    except ValueError:
        return None
    parts = split(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return unwrapped(url).replace(" ", "%20")


def may_be_document(url: str) -> bool:
    """Whether an address has a document's ending somewhere: a quick look before `is_document`."""
    return _DOCUMENT.search(url) is not None


def is_file_name(text: str) -> bool:
    """Whether a text is the name of a document, and nothing else.

    >>> is_file_name("QD 1187.rar"), is_file_name("Xem tệp QD1187.rar tại đây")
    (True, False)
    """
    return _FILE_NAME.fullmatch(text) is not None


def is_document(url: str) -> bool:
    """Whether an address names a document (pdf, office formats, archives), also where a number follows the name.

    >>> is_document("https://a.vn/documents/1/ke-hoach.pdf/7f09-a8da"), is_document("https://a.vn/tin.html")
    (True, False)
    """
    if not may_be_document(url):
        return False
    parts = split(url)
    return bool(_DOCUMENT.search(parts.path) or _DOCUMENT.search(parts.query))
