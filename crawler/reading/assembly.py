"""From an article's place on its page to its fields: lead, pictures, signature, attribution, and what is left is the body."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lxml.html import HtmlElement

from crawler.reading.article import Attachment, Image
from crawler.reading.blocks import Block
from crawler.reading.conventions.addresses import absolute, is_document, may_be_document
from crawler.reading.conventions.attribution import Attribution, bare_house, parse_attribution, trailing_attribution
from crawler.reading.conventions.bylines import Byline, is_account, is_name, is_place_or_day, parse_byline
from crawler.reading.conventions.credits import split_credit
from crawler.reading.conventions.dates import only_date
from crawler.reading.conventions.furniture import is_furniture, is_licence, opens_furniture
from crawler.reading.conventions.text import clean, same_sentence
from crawler.reading.dating import SLACK
from crawler.reading.pictures import Pictures
from crawler.reading.region import Region, names_of, place_of
from crawler.reading.trimming import offers_document, trimmed

_LEAD_HINT = re.compile(
    r"sapo|(?:^|[\s_-])(?:lead|lede|chapeau|abstract|(?<!with-)summary|tom-?tat|trich-?(?:yeu|dan)|desc(?:ription)?|brief|intro(?:text)?|news-?desc)(?:$|[\s_-])",
    re.IGNORECASE,
)
_AUTHOR_HINT = re.compile(r"author|tac-?gia|byline|but-?danh|pseudonym|nguoi-?viet", re.IGNORECASE)
_SOURCE_HINT = re.compile(r"(?:^|[\s_-])(?:source|nguon)", re.IGNORECASE)
_FILED = re.compile(
    r"^\W*(?:chuyên\s*mục|danh\s*mục|thể\s*loại|chủ\s*đề|đăng\s*(?:trong|tại))\s*:.{0,60}$", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://\S+$")
_DOWNLOAD = re.compile(r"""downloadFile\(\s*['"][^'"]*['"]\s*,\s*['"]([^'"]+)['"]""")
_VIEWER = re.compile(r"[?&](?:file|url|src)=([^&#]+)", re.IGNORECASE)
_MIN_LEAD = 50
_SENTENCE = 80


@dataclass(slots=True)
class Parts:
    """What an article's blocks come apart into."""

    lead: str | None = None
    body: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    byline: Byline | None = None
    credit: str | None = None  # whom the signature names for the pictures
    attribution: Attribution | None = None
    attachments: list[Attachment] = field(default_factory=list)


def assemble(region: Region, base: str) -> Parts:
    """The fields of the article that stands in `region`; addresses are made absolute against `base`."""
    parts = Parts(attachments=_attachments(region, base))
    content = trimmed(region.content, region.title, region.root)
    before = [
        b
        for b in region.before
        if b.image is not None or (not is_furniture(b.text) and not same_sentence(b.text, region.title))
    ]
    pictures = Pictures(_beside_pictures(before) + content, base, region.title, region.root)
    parts.images = pictures.find()
    before = [b for b in before if b not in pictures.used]
    texts = [b for b in content if b.text and b not in pictures.used]
    last_picture = max((i for i, b in enumerate(content) if b.image is not None), default=0)
    _sign(parts, region, texts, set(content[:last_picture]))
    parts.lead = _lead(region, before, texts)
    parts.body = _body(parts, texts)
    parts.images = _credited(parts)
    return parts


def _beside_pictures(before: Sequence[Block]) -> list[Block]:
    """The pictures before the text and what may be their captions: not what reads as the lead."""
    leads = [b for b in before if b.text and (_hinted(b) or b.bold or b.is_heading or _tells(b))]
    return [b for b in before if b.image is not None or (b not in leads and not only_date(b.text))]


def _tells(block: Block) -> bool:
    """A sentence of some length that credits nobody: beside a picture above the text it is the lead, no caption."""
    return len(block.text) > _SENTENCE and block.text.endswith(".") and split_credit(block.text)[1] is None


# -- who signed, and whom the portal credits ---------------------------------------------------------------------------------


def _sign(parts: Parts, region: Region, texts: list[Block], inner: set[Block]) -> None:
    """Reads signature and attribution off the end of the text; what was read is taken from `texts`.

    `inner`: the blocks that have a picture after them. A line among them that is not right-aligned belongs to a picture.
    """
    if region.author:
        byline = parse_byline(region.author, set_apart=True)
        if byline:
            _signed(parts, byline)
    if region.source:
        raw = clean(region.source)
        parts.attribution = parse_attribution(raw) or parse_attribution(f"Nguồn: {raw}")
        parts.attribution = parts.attribution and replace(parts.attribution, raw=raw)
    _cut_after_signature(texts)
    for _ in range(8):
        if (
            len(texts) < 2
            or (texts[-1] in inner and texts[-1].align != "right")
            or not _take_last(parts, region, texts)
        ):
            break
    if parts.attribution is None and texts and (found := trailing_attribution(texts[-1].text)):
        texts[-1].text, parts.attribution = found
        region.witness("source", "convention: brackets after the last sentence", place_of(texts[-1].element))
    for block in itertools.takewhile(lambda b: not opens_furniture(b.text), region.after):
        _take_after(parts, region, block)
    if parts.byline is None or not parts.byline.author:
        parts.byline = _beside_headline(region) or parts.byline
    _house_as_role(parts)


def _take_last(parts: Parts, region: Region, texts: list[Block]) -> bool:
    block, before = texts[-1], texts[-2]
    text = block.text
    if (
        is_furniture(text)
        or _FILED.match(text)
        or is_account(text)
        or only_date(text)
        or _ADDRESS.match(text)
        or (is_licence(text) and len(text) < 200)
    ):
        texts.pop()
        return True
    if offers_document(block) and len(texts) > 2 and _byline(before, texts[-3]):  # under the signature: an attachment
        texts.pop()
        return True
    apart = block.align == "right" or block.bold or block.italic
    found = parse_attribution(text) or (bare_house(text) if apart else None)
    if found:
        parts.attribution = parts.attribution or found
        region.witness("source", "convention: a line of attribution at the end", place_of(block.element))
        texts.pop()
        return True
    byline = _byline(block, before)
    if byline is None:
        return False
    _signed(parts, byline)
    region.witness("author", "convention: the line that signs the text", place_of(block.element))
    texts.pop()
    return True


def _byline(block: Block, before: Block) -> Byline | None:
    if block.row or block.is_heading or (block.links and block.links >= len(block.text) > 30):
        return None
    signed = before.align == "right" and is_name(before.text)  # what stands under a signature is the account's
    apart = signed or block.align == "right" or block.bold or block.italic
    if not apart and (is_name(before.text) or not before.text.endswith((".", "!", "?", "…", "”", '"', ")"))):
        return parse_byline(block.text, set_apart=False) if ":" in block.text else None
    return parse_byline(block.text, set_apart=apart)


def _signed(parts: Parts, byline: Byline) -> None:
    """Takes a signature; read from the end, "Bài: X" may stand above "Ảnh: Y". A bare name under the signature is mostly the account
    that entered the article: what stands above it counts."""
    parts.credit = parts.credit or byline.credit
    if byline.text and byline.author:
        parts.byline = byline


def _cut_after_signature(texts: list[Block]) -> None:
    """Links and widgets under the signature are not the article's."""
    for i in range(len(texts) - 1, max(len(texts) - 8, 1), -1):
        block = texts[i]
        if block.align == "right" and parse_byline(block.text, set_apart=True):
            if all(b.links * 2 > len(b.text) or offers_document(b) for b in texts[i + 1 :]):
                del texts[i + 1 :]
            return


def _beside_headline(region: Region) -> Byline | None:
    """A name between headline and text: alone, in the line of the date, after a label, or in an element named for it."""
    for block in region.near:
        text = block.text.replace(region.published.raw, " ") if region.published else block.text
        text = text.strip(" -–—|,•·()")
        named = text == region.declared_author or bool(_AUTHOR_HINT.search(names_of(block.element)))
        if not 4 < len(text) < 80 or is_furniture(text) or is_place_or_day(text) or same_sentence(text, region.title):
            continue
        byline = parse_byline(text, set_apart=named)
        if byline and byline.author and byline.text and (named or ":" in text or is_name(text)):
            region.witness("author", "convention: a name beside the headline", place_of(block.element))
            return byline
    return None


def _house_as_role(parts: Parts) -> None:
    """ "Tâm Hằng (TTXVN)": the brackets name the house, not an office."""
    role = parts.byline.role if parts.byline else None
    house = bare_house(role) or parse_attribution(role) if role else None
    if house and parts.byline:
        parts.byline = replace(parts.byline, role=None)
        parts.attribution = parts.attribution or replace(house, raw=f"({role})")


def _take_after(parts: Parts, region: Region, block: Block) -> None:
    """Signature and attribution in elements of their own after the text."""
    text = block.text
    if not text or block.links * 2 > len(text) + 2 or len(text) > 160 or is_furniture(text):
        return
    names = names_of(block.element)
    labelled = f"Nguồn: {text}" if _SOURCE_HINT.search(names) and ":" not in text else text
    if parts.attribution is None and (
        found := parse_attribution(text) or parse_attribution(labelled) or bare_house(text)
    ):
        found = replace(found, raw=text if found.raw == labelled else found.raw)
        parts.attribution = found
        region.witness("source", "convention: a line of attribution after the text", place_of(block.element))
    elif parts.byline is None and (byline := parse_byline(text, set_apart=_apart(block))) and byline.author:
        _signed(parts, byline)
        region.witness("author", "convention: a signature after the text", place_of(block.element))


def _apart(block: Block) -> bool:
    return block.align == "right" or block.bold or bool(_AUTHOR_HINT.search(names_of(block.element)))


# -- lead and body -----------------------------------------------------------------------------------------------------------


def _lead(region: Region, before: Sequence[Block], texts: list[Block]) -> str | None:
    if region.lead and not same_sentence(region.lead, region.title):
        lead = clean(region.lead)
        while texts and (same_sentence(texts[0].text, lead) or same_sentence(texts[0].text, region.title)):
            texts.pop(0)
        return lead
    own = [b for b in before if _can_lead(b, region.title) and not only_date(b.text, slack=SLACK)]
    hinted = [b for b in own if _hinted(b)]
    if own:
        block = (hinted or own)[0]
        region.witness("lead", "convention: set between headline and text", place_of(block.element))
        if texts and same_sentence(texts[0].text, block.text):
            texts.pop(0)
        return block.text
    if len(texts) >= 2 and (block := texts[0]) and (_set_apart(block, texts[1:]) or _own_branch(texts, region.root)):
        region.witness("lead", "convention: the first paragraph is set apart", place_of(block.element))
        texts.pop(0)
        return block.text
    return None


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
        return len(block.text) > 100
    long = [b for b in rest if len(b.text) > 100] or list(rest)
    bold = block.bold and sum(b.bold for b in long) * 2 <= len(long)
    italic = block.italic and sum(b.italic for b in long) * 2 <= len(long)
    return (bold or italic) and len(block.text) >= 70 and not block.text.isupper()


def _own_branch(texts: Sequence[Block], root: HtmlElement | None) -> bool:
    """Whether the first paragraph has an element of its own beside the one that holds the text."""
    if root is None or not _can_lead(texts[0], ""):
        return False
    first, *rest = (_branch(b.element, root) for b in texts)
    if first is None or first in rest or (first.tag == "p" and not first.get("class")):
        return False
    heaviest = max(rest, key=rest.count)
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


def _credited(parts: Parts) -> list[Image]:
    """A signature "Bài, ảnh: X" credits every picture that names nobody else."""
    name = parts.credit
    return [replace(i, credit=name) if name and i.credit is None else i for i in parts.images]


# -- documents ---------------------------------------------------------------------------------------------------------------


def _attachments(region: Region, base: str) -> list[Attachment]:
    """The documents that text and its surroundings offer, each once; a link round a space lends no label."""
    found: dict[str, str] = {}
    elements = [] if region.root is None else [region.root]
    elements += dict.fromkeys(block.element for block in (*region.before, *region.after))
    for element in elements:
        for link in element.iter("a", "iframe", "embed", "object"):
            url = _document(link, base)
            if url:
                found[url] = (
                    found.get(url) or clean(" ".join(link.itertext())) if link.tag == "a" else found.get(url, "")
                )
    return [Attachment(url, label or None) for url, label in found.items()]


def _document(link: object, base: str) -> str | None:
    get = link.get  # type: ignore[attr-defined]
    click = _DOWNLOAD.search(onclick) if (onclick := get("onclick")) else None
    for value in (get("href"), click[1] if click else None, get("src"), get("data")):
        url = absolute(base, value) if value and may_be_document(value) else None
        if url and is_document(url):
            viewer = _VIEWER.search(url)
            return absolute(base, viewer[1]) if viewer and is_document(viewer[1]) else url
    return None
