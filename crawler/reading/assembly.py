"""From an article's place on its page to its fields: lead, pictures, signature, attribution, and what is left is the body."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from lxml.html import HtmlElement

from crawler.reading.article import Attachment, Image
from crawler.reading.beside import name_over_office
from crawler.reading.blocks import Block, holder
from crawler.reading.conventions.addresses import absolute, is_document, is_file_name, may_be_document
from crawler.reading.conventions.attribution import Attribution
from crawler.reading.conventions.bylines import Byline, is_office, parse_byline
from crawler.reading.conventions.credits import split_credit
from crawler.reading.conventions.furniture import is_furniture, is_licence, opens_furniture
from crawler.reading.conventions.text import clean, same_sentence, text_of
from crawler.reading.dating import SLACK, dated
from crawler.reading.pictures import Pictures, is_named_caption
from crawler.reading.region import Region, names_of, place_of
from crawler.reading.signing import sign
from crawler.reading.trimming import is_offer, offers_document, trimmed

_LEAD_HINT = re.compile(
    r"sapo|(?:^|[\s_-])(?:lead|lede|chapeau|abstract|(?<!with-)summary|tom-?tat|trich-?(?:yeu|dan)|desc(?:ription)?|brief|intro(?:text)?|news-?desc)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ASIDE = ("aside", "footer")
_DOWNLOAD = re.compile(r"""downloadFile\(\s*['"][^'"]*['"]\s*,\s*['"]([^'"]+)['"]""")
_HANDED_OUT = re.compile(r"linkclick\.aspx|download|get-?file|attachment|file_?id", re.IGNORECASE)
_VIEWER = re.compile(r"[?&](?:file|url|src)=([^&#]+)", re.IGNORECASE)
_FILM = re.compile(r"^\(?(?:video|clip)\b\s*[:–-]", re.IGNORECASE)
_FILMED = 200  # characters
_MIN_LEAD = 50
_SENTENCE = 80


@dataclass(slots=True)
class Parts:
    """What an article's blocks come apart into."""

    lead: str | None = None
    body: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    byline: Byline | None = None
    attribution: Attribution | None = None
    attachments: list[Attachment] = field(default_factory=list)


def assemble(region: Region, base: str) -> Parts:
    """The fields of the article that stands in `region`; addresses are made absolute against `base`."""
    parts = Parts(attachments=_attachments(region, base))
    content, rest = trimmed(region.content, region.title, region.root, region.dated)
    before = [
        b
        for b in region.before
        if b.image is not None or (not is_furniture(b.text) and not same_sentence(b.text, region.title))
    ]
    pictures = Pictures(_beside_pictures(before) + _without_lead(content, before), base, region.title, region.root)
    parts.images = pictures.find()
    before = [b for b in before if b not in pictures.used]
    texts = [b for b in content if b.text and b not in pictures.used and not (b.is_caption or _tells_of_film(b))]
    last_picture = max((i for i, b in enumerate(content) if b in pictures.urls), default=0)
    signature = sign(region, texts, set(content[:last_picture]), rest)
    parts.byline, parts.attribution = signature.byline, signature.attribution
    parts.lead = _lead(region, before, texts, sum(image.caption is not None for image in parts.images))
    parts.body = _body(parts, texts)
    parts.images = _credited(parts.images, signature.credit)
    return parts


def _beside_pictures(before: Sequence[Block]) -> list[Block]:
    """The pictures before the text and what may be their captions: not what reads as the lead."""
    leads = [b for b in before if b.text and (_hinted(b) or b.bold or b.is_heading or _tells(b))]
    return [b for b in before if b.image is not None or (b not in leads and not dated(b))]


def _without_lead(content: list[Block], before: Sequence[Block]) -> list[Block]:
    """The text without an italic lead that follows a picture above the text: it is no caption of that."""
    first = content[0] if content and before and before[-1].image is not None else None
    lead = first is not None and first.italic and not first.is_caption and first.align != "center" and _tells(first)
    return content[1:] if lead else content


def _tells_of_film(block: Block) -> bool:
    """The caption of a film that stands where a picture might: "Video: Lực lượng cứu hộ tại hiện trường"."""
    if len(block.text) >= _FILMED or not _FILM.match(block.text):
        return False
    frames = itertools.islice(block.element.iterancestors(), 2)
    return block.align == "center" or block.italic or any(frame[0].tag in ("video", "iframe") for frame in frames)


def _tells(block: Block) -> bool:
    """A sentence of some length that credits nobody: beside a picture above the text it is the lead, no caption."""
    return len(block.text) > _SENTENCE and block.text.endswith(".") and split_credit(block.text)[1] is None


# -- lead and body -----------------------------------------------------------------------------------------------------------


def _lead(region: Region, before: Sequence[Block], texts: list[Block], captions: int) -> str | None:
    """The summary that is set apart; taken from `texts`. `captions`: how many pictures have one."""
    if region.lead and not same_sentence(region.lead, region.title):
        lead = clean(region.lead)
        while texts and (same_sentence(texts[0].text, lead) or same_sentence(texts[0].text, region.title)):
            texts.pop(0)
        return lead
    own = [b for b in before if _can_lead(b, region.title) and not dated(b, slack=SLACK) and not _names(b)]
    hinted = [b for b in own if _hinted(b)]
    if own:
        block = (hinted or own)[0]
        region.witness("lead", "convention: set between headline and text", place_of(block.element))
        if texts and same_sentence(texts[0].text, block.text):
            texts.pop(0)
        return block.text
    if len(texts) == 1 and _opens_picture_story(texts[0], region, captions):
        region.witness("lead", "convention: the only paragraph of a picture story", place_of(texts[0].element))
        return texts.pop(0).text
    if len(texts) >= 2 and (block := texts[0]) and (_set_apart(block, texts[1:]) or _own_branch(texts, region.root)):
        region.witness("lead", "convention: the first paragraph is set apart", place_of(block.element))
        texts.pop(0)
        return block.text
    return None


def _names(block: Block) -> bool:
    """Whether a line is a name with its office: "TS. Bùi Văn Khánh - Giám đốc Sở Nội vụ"."""
    if name_over_office(block):
        return True
    byline = parse_byline(block.text, set_apart=False)
    return byline is not None and " " in (byline.author or "") and is_office(byline.role or "")


def _opens_picture_story(block: Block, region: Region, captions: int) -> bool:
    """Whether a paragraph is all the text that stands before pictures, set apart from them."""
    pictures = [b for b in region.content if b.image is not None]
    if captions < 2 or not _can_lead(block, region.title):
        return bool(pictures) and block.bold and _set_apart(block, ())
    first = next((b for b in region.content if b is block or b.image is not None), None)
    apart = not any(b.element.getparent() is block.element.getparent() for b in pictures)
    return first is block and (apart or _set_apart(block, ()))


def _can_lead(block: Block, title: str) -> bool:
    return bool(
        block.text
        and len(block.text) >= _MIN_LEAD
        and block.links * 2 < len(block.text)
        and not same_sentence(block.text, title)
        and not is_licence(block.text)
    )


def _hinted(block: Block) -> bool:
    parent = block.element.getparent()
    if is_named_caption(block):
        return False
    return bool(
        _LEAD_HINT.search(names_of(block.element))
        or (parent is not None and _LEAD_HINT.search(parent.get("class", "")))
    )


def _set_apart(block: Block, rest: Sequence[Block]) -> bool:
    """Whether a first paragraph is the lead: wholly bold or italic (or a long heading, or named so) where what follows is not."""
    if not _can_lead(block, "") or block.row:
        return False
    if _hinted(block):
        return True
    if block.is_heading:
        return len(block.text) > 100 and 2 * sum(b.tag == block.tag for b in rest) <= len(rest)
    if _named_apart(block, rest):
        return True
    long = [b for b in rest if len(b.text) > 100] or list(rest)
    bold = block.bold and sum(b.bold for b in long) * 2 <= len(long)
    italic = block.italic and sum(b.italic for b in long) * 2 <= len(long)
    return (bold or italic) and len(block.text) >= 70 and not block.text.isupper()


def _named_apart(block: Block, rest: Sequence[Block]) -> bool:
    """Whether a paragraph has a class of its own where all that follow share another, or have none."""
    element, own = block.element, block.element.get("class")
    if not own or element.tag not in ("p", "div"):
        return False
    place = holder(element)
    beside = [b.element for b in rest if b.tag == element.tag and holder(b.element) is place]
    names = {e.get("class") for e in beside}
    return len(beside) > 1 and len(beside) * 2 >= len(rest) and len(names) == 1 and own not in names


def _own_branch(texts: Sequence[Block], root: HtmlElement | None) -> bool:
    """Whether the first paragraph has an element of its own beside the one that holds the text."""
    if root is None or not _can_lead(texts[0], ""):
        return False
    first, *rest = (_branch(b.element, root) for b in texts)
    if first is None or first in rest or (first.tag == "p" and not first.get("class")):
        return False
    heaviest = max(rest, key=rest.count)
    if heaviest is not None and not first.attrib and not heaviest.attrib and first.tag == heaviest.tag:
        return False  # an editor that puts into a box what stands between two pictures
    if heaviest is not None and heaviest.tag not in ("p", "table"):
        return rest.count(heaviest) >= max(2, 0.7 * len(rest))
    plain = [e for e in rest if e is not None and e.tag == "p" and not e.get("class")]
    return first.tag == "div" and bool(first.attrib) and len(plain) >= max(3, 0.7 * len(rest))


def _branch(element: HtmlElement, root: HtmlElement) -> HtmlElement | None:
    """The child of `root` that an element stands in."""
    while (parent := element.getparent()) is not None and parent is not root:
        element = parent
    return element if parent is root else None


def _body(parts: Parts, texts: list[Block]) -> list[str]:
    if parts.lead and texts and same_sentence(texts[0].text, parts.lead):
        texts = texts[1:]
    return [b.text for b in texts]


def _credited(images: Sequence[Image], name: str | None) -> list[Image]:
    """A signature "Bài, ảnh: X" credits every picture that names nobody else."""
    return [replace(i, credit=name) if name and i.credit is None else i for i in images]


# -- documents ---------------------------------------------------------------------------------------------------------------


def _attachments(region: Region, base: str) -> list[Attachment]:
    """The documents that text and its surroundings offer, each once; a link round a space lends no label."""
    found: dict[str, str] = {}
    elements = [] if region.root is None else [region.root]
    elements += dict.fromkeys(block.element for block in (*region.before, *_offering(region.after)))
    for element in elements:
        for link in element.iter("a", "iframe", "embed", "object"):
            url = _document(link, base)
            if url:
                found[url] = (
                    found.get(url) or clean(" ".join(link.itertext())) if link.tag == "a" else found.get(url, "")
                )
    return [Attachment(url, label or None) for url, label in found.items()]


def _offering(after: Sequence[Block]) -> Iterator[Block]:
    """The blocks behind the text that may offer documents: none of another article's or of the portal's own lists, save under a label."""
    opened = offered = False
    for block in after:
        opened = opened or opens_furniture(block.text)
        offered = is_offer(block.text) or (offered and offers_document(block))
        if offered or not (opened or any(e.tag in _ASIDE for e in block.element.iterancestors())):
            yield block


def _document(link: HtmlElement, base: str) -> str | None:
    get = link.get
    click = _DOWNLOAD.search(onclick) if (onclick := get("onclick")) else None
    for value in (get("href"), click[1] if click else None, get("src"), get("data")):
        url = absolute(base, value) if value and may_be_document(value) else None
        if url and is_document(url):
            viewer = _VIEWER.search(url)
            inner = unquote(viewer[1]) if viewer else ""
            return absolute(base, inner) if "/" in inner and is_document(inner) else url
    href = get("href") or ""
    return absolute(base, href) if _HANDED_OUT.search(href) and is_file_name(text_of(link)) else None
