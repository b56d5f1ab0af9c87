# ruff: noqa: A005 - nobody takes crawler.reading.encodings for the standard library's package
"""Bytes to text, for pages that are declared one way and sent another, or written for a font instead of a character set.

Before Unicode, Vietnamese was shown by fonts that draw their letters in the places of the western ones (TCVN3: ".VnTime"; VNI:
"VNI-Times"), or sent as VISCII, VPS or windows-1258. Such text looks "§¶ng bé" where "Đảng bộ" was displayed, and many a portal that
moved to UTF-8 moved those western letters. Here they become what the page displayed in its day.

Nothing is converted without evidence. Text is judged run by run (a paragraph, a cell, an `alt`), its words by `legacy.verdict`:
- A page holds an encoding when, in one run or in all together, the words for it outweigh those against four to one and hold four legacy
  letters; two where the page's bytes already say that it is no Unicode text.
- What a page holds is converted in every run that has words for it, with at most one in four against; so is what a run's font is for.
- A run that reads both ways ("bé", "Phó") goes with its font where that is proven, with the page where nothing on it is Unicode, or with
  the runs before and after it. Bytes that are no UTF-8, in a page that else is, go with the page.
- Text with letters that no western encoding has (true Vietnamese, other scripts) is left alone, unless four words in five speak for the
  encoding: then it is legacy text with additions, whose own letters stay.
Stray words in a Unicode text ("Q§" for "QĐ") are damage that the page displays, and stay.
"""

import codecs
import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.entities import codepoint2name
from itertools import groupby

from crawler.reading.legacy import FROM_BYTES, LEGACY, TO_BYTES, WINDOWS_1252, Tally

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_WIDE = {codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# Declarations that are believed when the bytes show no Vietnamese. Western ones are all read as windows-1252, as browsers do.
_OTHER_CHARSETS = re.compile(
    r"(?:gb|big5|euc-|shift_jis|iso-2022-|ks_c_|koi8-|tis-|windows-(?:874|125[0135-8])|iso-8859-(?:[2-8]|1[0-6]))[\w-]*",
    re.IGNORECASE,
)
_STRAY = re.compile("[\ud800-\udfff]")  # a byte that is no UTF-8, as surrogateescape keeps it
_VIETNAMESE = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300-\u0323]")
_FOREIGN = re.compile(
    "[^\0-\xffŒœŠšŸŽžƒˆ˜\u2000-\u2bff\u3000-\u303f\ue000-\uf8ff\ufe00-\ufe0f\ufff0-\uffff\U0001f000-\U0001faff]"
)


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page; `content_type` is the response's header. Never raises.

    UTF-8 and UTF-16 by their bytes, whatever is declared; a legacy Vietnamese encoding by its syllables; else what the header, then the
    page declares; else windows-1252. In a page that is UTF-8, bytes that are not become U+FFFD, as a browser shows them.
    """
    text = _wide(body)
    if text is not None:
        return _converted(text)
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _no_utf8(body, content_type)
    return _converted(text) if _is_suspect(body, body.translate(None, _ORDINARY)) else text


def utf8(body: bytes, content_type: str | None = None) -> bytes:
    """The page in UTF-8, control characters made spaces: the very bytes where they are what they should be, which costs two passes over
    them."""
    plain = body.removeprefix(codecs.BOM_UTF8)
    beyond = plain.translate(None, _ORDINARY)
    if not _is_suspect(plain, beyond) and _wide(body) is None:
        try:
            plain.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return plain.translate(_SPACES) if beyond.translate(None, _HIGH) else plain
    return decode(body, content_type).encode("utf-8", "replace").translate(_SPACES)


def _wide(body: bytes) -> str | None:
    """The text of a page in UTF-16 (or 32), told by its byte order mark or the zero bytes of its markup; None for another page."""
    name = next((name for mark, name in _WIDE.items() if body.startswith(mark)), None)
    head = body[:2048]
    if name is None and b"\0" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        if max(even, odd) * 8 > len(head) and min(even, odd) * 16 <= max(even, odd):
            name = "utf-16-le" if odd > even else "utf-16-be"
    return body.decode(name, "replace").removeprefix("\ufeff") if name else None


def _no_utf8(body: bytes, content_type: str | None) -> str:
    """Bytes that are not all UTF-8: in one legacy encoding, in UTF-8 with legacy parts, or damaged."""
    text = body.decode("utf-8", "surrogateescape")
    sound = text.encode("utf-8", "ignore").decode("utf-8")
    beyond = len(sound) - len(sound.encode("ascii", "ignore"))
    if beyond >= len(text) - len(sound) or len(_VIETNAMESE.findall(sound)) > 2:
        return _STRAY.sub("\ufffd", _converted(text))
    text = codecs.charmap_decode(body, "replace", WINDOWS_1252)[0]
    found = _converted(text, bytewise=True)
    return found if found != text else _as_declared(body, content_type) or text


def _as_declared(body: bytes, content_type: str | None) -> str | None:
    declared = [m[1] for m in [_HEADER.search(content_type or "")] if m]
    declared += [m[1].decode("ascii", "replace") for m in [_META.search(body[:4096])] if m]
    for name in filter(_OTHER_CHARSETS.fullmatch, declared):
        try:
            text = body.decode(name, "replace")
        except LookupError:
            continue
        if text.count("\ufffd") * 50 <= len(text) - len(text.encode("ascii", "ignore")):
            return unicodedata.normalize("NFC", text)
    return None


# -- which pages are looked into ----------------------------------------------------------------------------------------------
# Letters of the legacy encodings that Vietnamese in Unicode never has; no legacy sentence does without them. Signs that ordinary
# pages show (no-break space, soft hyphen, « » © ® · × ÷ ° ² ³) are not among them.

_STRANGE = "".join(map(chr, range(0x80, 0xA0))) + "¡¢£¤¥¦§¨ª¬¯´µ¶¸¹º¼½¾¿ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþÿ"


def _raw(lead: int) -> re.Pattern[bytes]:
    codes = [c.encode() for c in _STRANGE]
    return re.compile(bytes([lead]) + b"[" + b"".join(re.escape(c[1:]) for c in codes if c[0] == lead) + b"]")


def _entity() -> re.Pattern[bytes]:
    names = sorted([*(codepoint2name[ord(c)] for c in _STRANGE if ord(c) in codepoint2name), "shy"])
    by_first = [
        first + "(?:" + "|".join(n[1:] for n in group) + ");" for first, group in groupby(names, lambda n: n[0])
    ]
    decimal, hexadecimal = ("|".join(format(ord(c), form) for c in _STRANGE) for form in "dx")
    return re.compile(
        f"&(?:{'|'.join(by_first)}|#(?:(?:{decimal})(?![0-9])|[xX](?i:{hexadecimal})(?![0-9a-fA-F])))".encode()
    )


_SPACES = bytes(0x20 if c < 0x20 and c not in b"\t\n\r" else c for c in range(256))
_ORDINARY = bytes(c for c in range(0x80) if c >= 0x20 or c in b"\t\n\r")
_HIGH = bytes(range(0x80, 0x100))
_LETTERS = _raw(0xC2), _raw(0xC3)
_REFERENCES = _entity()


def _is_suspect(body: bytes, beyond: bytes) -> bool:
    """Whether a page may hold legacy text; `beyond` is what it has beside ASCII: a tenth of an ordinary page, quickly searched."""
    latin, letters = _LETTERS
    return bool(latin.search(beyond) or letters.search(beyond) or _REFERENCES.search(body))


# -- runs of text -------------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style)\b.*?(?:</(?P=raw)\b[^<>]*+>|\Z)"
    r"|<(?P<close>/?)(?P<tag>[a-z][\w:.-]*+)(?P<attrs>[^<>]*+)>|<[!?][^<>]*+>",
    re.IGNORECASE | re.DOTALL,
)
_SHOWN = re.compile(r"\b(?:alt|title|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_FONT = re.compile(r"(?:\bface\s*=|font-family\s*:)(?:[\s\"'\\]|&quot;|&#39;)*([^,;\"'&>]{1,60})", re.IGNORECASE)
_FONTS = {
    "tcvn3": re.compile(r"\.vn[a-z]|vn(?:time|arial)h?\s*$", re.IGNORECASE),
    "vni": re.compile(r"vni[- ]", re.IGNORECASE),
    "vps": re.compile(r"vps[- ]", re.IGNORECASE),
    "viscii": re.compile(r"viscii|vi times|vi arial", re.IGNORECASE),
}
_INLINE = frozenset(
    "font span b i u em strong a sup sub small big s strike br label abbr ins del tt mark img o:p".split()
)
_SPACING = frozenset("a br img label".split())  # inline, but not within a word
_VOID = frozenset("br img hr input meta link area base col embed source param wbr".split())
_TYPED = re.compile(r"[A-Z\xa1-\xff]+|[a-z]")
_HALF_LETTER = re.compile("([ÂÃ]|&A(?:tilde|circ);)&nbsp;")  # an à, or a space, that went through UTF-8 twice
_ANY_REFERENCE = re.compile(r"(&#?\w+;)")
_REFERENCE = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,7};|#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});?)")


@dataclass(slots=True)
class _Piece:
    """A stretch of the page between two tags; `capitals`: in a font of capitals."""

    start: int
    end: int
    capitals: bool


@dataclass(slots=True)
class _Run:
    """Pieces that one paragraph and one font hold together.

    `font` is the encoding that their font is made for, `views` their text in the byte view, `foreign` counts the letters that no western
    encoding has, `stray` tells that there are bytes that are no UTF-8; `choice` is the encoding that they are in, `is_unicode` that they
    are in none.
    """

    font: str | None = None
    pieces: list[_Piece] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    foreign: int = 0
    stray: bool = False
    tallies: dict[str, Tally] = field(default_factory=dict)
    choice: str | None = None
    is_unicode: bool = False

    def add(self, text: str, piece: _Piece) -> None:
        shown = _unescaped(text[piece.start : piece.end])
        self.pieces.append(piece)
        self.views.append(_view(shown))
        stray = _STRAY.search(shown) is not None
        self.stray = self.stray or stray
        self.foreign += 0 if shown.isascii() else len((_VIETNAMESE if stray else _FOREIGN).findall(shown))


def _unescaped(text: str) -> str:
    """References to letters beyond ASCII replaced; those of markup stay, and so does `&nbsp;` where it is meant for a space."""
    return _REFERENCE.sub(_letter, _HALF_LETTER.sub("\\1\xa0", text)) if "&" in text else text


def _letter(reference: re.Match[str]) -> str:
    letter = html.unescape(reference[0])
    return letter if len(letter) == 1 and letter > "\x7f" and reference[0] != "&nbsp;" else reference[0]


def _view(shown: str) -> str:
    """The byte view of a text: see `legacy`."""
    if shown.isascii():
        return shown
    if _STRAY.search(shown):
        return shown.encode("utf-8", "surrogateescape").decode("latin-1")
    return shown.translate(TO_BYTES)


def _runs(text: str) -> Iterator[_Run]:
    """The runs of a page, nearly in their order: the attributes of an element come before the text around it."""
    fonts = _Fonts()
    run, at = _Run(), 0
    for token in _TOKEN.finditer(text):
        if token.start() > at:
            run.add(text, _Piece(at, token.start(), fonts.capitals))
        at = token.end()
        tag = (token["tag"] or "").lower()
        attrs = token["attrs"] or ""
        fonts.enter(tag, attrs, closing=bool(token["close"]))
        if tag in _SPACING:
            run.views.append(" ")
        if (tag and tag not in _INLINE and not tag.startswith("st1:")) or fonts.encoding != run.font:
            yield run
            run = _Run(fonts.encoding)
        if "=" in attrs and (not attrs.isascii() or "&" in attrs):
            yield from _attributes(text, token.start("attrs"), token.end("attrs"))
    run.add(text, _Piece(at, len(text), fonts.capitals))
    yield run


def _attributes(text: str, start: int, end: int) -> Iterator[_Run]:
    for shown in _SHOWN.finditer(text, start, end):
        run = _Run()
        run.add(text, _Piece(*shown.span(shown.lastindex or 0), capitals=False))
        yield run


class _Fonts:
    """The fonts that the elements around a place declare; the innermost counts."""

    def __init__(self) -> None:
        self._open: list[tuple[str, str | None, bool]] = []
        self._count: dict[str, int] = {}
        self.encoding: str | None = None
        self.capitals = False

    def enter(self, tag: str, attrs: str, *, closing: bool) -> None:
        """A tag is passed; a closing tag without its opening one changes nothing."""
        if closing:
            self._leave(tag)
        elif tag and tag not in _VOID and not attrs.endswith("/"):
            self._open.append((tag, self.encoding, self.capitals))
            self._count[tag] = self._count.get(tag, 0) + 1
            if font := _FONT.search(attrs):
                self.encoding = next((name for name, pattern in _FONTS.items() if pattern.match(font[1])), None)
                self.capitals = self.encoding == "tcvn3" and font[1].rstrip().endswith("H")  # .VnTimeH

    def _leave(self, tag: str) -> None:
        while self._count.get(tag):
            last, self.encoding, self.capitals = self._open.pop()
            self._count[last] -= 1
            if last == tag:
                return


# -- what a page holds --------------------------------------------------------------------------------------------------------


def _converted(text: str, *, bytewise: bool = False) -> str:
    """The text with its legacy runs in Unicode. `bytewise`: the page is no UTF-8, `text` shows its bytes as windows-1252."""
    runs = [run for run in _runs(text) if run.pieces]
    _choose(runs, bytewise=bytewise)
    capitals = any(run.choice == "tcvn3" for run in runs)
    parts: list[str] = []
    at = 0
    for start, end, shown in sorted(change for run in runs for change in _changes(text, run, capitals=capitals)):
        parts += text[at:start], shown
        at = end
    return "".join((*parts, text[at:]))


def _choose(runs: Sequence[_Run], *, bytewise: bool) -> None:
    """Decides for each run."""
    beyond = [run for run in runs if not all(map(str.isascii, run.views))]
    for run in beyond:
        view = "".join(run.views)
        run.tallies = {name: Tally.of(name, view, run.foreign) for name in LEGACY}
    held = _held(beyond, letters=2 if bytewise else 4)
    for run in beyond:
        run.choice = _clear(run, held)
        doubts = [run.tallies[name].bad > 0 for name in held]
        run.is_unicode = run.choice is None and (run.foreign > 0 or (any(doubts) and all(doubts)))
    for name in held:
        _settle(name, beyond)


def _held(runs: Sequence[_Run], letters: int) -> list[str]:
    """The encodings that the page holds, that of most words first; each must be seen in runs that those before it leave over."""
    held = []
    gains = {name: sum(run.tallies[name].gain for run in runs) for name in LEGACY}
    for name in sorted(gains, key=lambda name: -gains[name]):
        sure = any(run.tallies[name].sure(letters) for run in runs)
        if sure or Tally.sum(run.tallies[name] for run in runs if not run.foreign).sure(letters):
            held.append(name)
            runs = [run for run in runs if _clear(run, [name]) is None]
    return held


def _clear(run: _Run, held: Sequence[str]) -> str | None:
    """The encoding that the run's own words speak for, among those that the page holds and the one that its font is made for."""
    names = [run.font, *held] if run.font else held
    best = max(names, key=lambda name: _lead(run.tallies[name]), default=None)
    if best is None:
        return None
    tally = run.tallies[best]
    wins = tally.gain > 0 and tally.gain + tally.both >= (4 if run.foreign else 3) * tally.bad
    return best if wins else None


def _lead(tally: Tally) -> int:
    return 2 * (tally.gain - tally.bad) + tally.both


def _settle(name: str, runs: Sequence[_Run]) -> None:
    """The runs that read both ways, by their font, their page or their neighbours."""
    by_font = Tally.sum(run.tallies[name] for run in runs if run.font == name)
    gain = sum(run.tallies[name].gain for run in runs if run.choice == name)
    alien = sum(run.tallies[name].bad for run in runs if run.is_unicode)
    decided = [run if run.choice or run.is_unicode else None for run in runs]
    before, after = _nearest(decided), _nearest(decided[::-1])[::-1]
    for run, left, right in zip(runs, before, after, strict=True):
        tally = run.tallies[name]
        if run.choice or run.is_unicode or tally.bad or not (tally.both or run.stray):
            continue
        framed = left is not None and right is not None and left.choice == right.choice == name
        proven = run.font == name and by_font.gain > by_font.bad
        if framed or proven or run.stray or alien * 10 <= gain:
            run.choice = name


def _nearest(decided: Sequence[_Run | None]) -> list[_Run | None]:
    """For each place the last decided run before it."""
    found: list[_Run | None] = []
    last = None
    for run in decided:
        found.append(last)
        last = run or last
    return found


def _changes(text: str, run: _Run, *, capitals: bool) -> Iterator[tuple[int, int, str]]:
    """The pieces of a run with their new text. `capitals`: the page holds TCVN3, so that its fonts of capitals mean what they say."""
    if run.choice is None and not (capitals and run.font == "tcvn3"):
        return
    legacy = LEGACY.get(run.choice or "")
    every = run.choice == "tcvn3" and _typed_in_capitals("".join(run.views))
    for piece in run.pieces:
        shown = text[piece.start : piece.end]
        if legacy:
            shown = legacy.convert(_view(_unescaped(shown))).translate(FROM_BYTES)
        if every or (piece.capitals and (run.choice == "tcvn3" or shown.isascii())):
            shown = "".join(part if part[:1] == "&" else part.upper() for part in _ANY_REFERENCE.split(shown))
        yield piece.start, piece.end, shown


def _typed_in_capitals(view: str) -> bool:
    """Whether a TCVN3 text is all capitals, with a word like "§¶NG": its letters with tones can only be so in a font of capitals."""
    words = _TYPED.findall(_ANY_REFERENCE.sub(" ", view))
    return not any(map(str.islower, filter(str.isascii, words))) and any(
        not word.isascii() and sum(map(str.isascii, word)) > 1 for word in words
    )
