"""Which line of a page is its headline: what the page tells to machines, its address spells, or stands by a date."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from string import digits

from crawler.reading.blocks import Block, holder
from crawler.reading.conventions.addresses import slug_words, split
from crawler.reading.conventions.bylines import is_name
from crawler.reading.conventions.dates import only_date
from crawler.reading.conventions.furniture import (
    is_contact,
    is_detail,
    is_furniture,
    is_office_name,
    is_site_name,
    opens_furniture,
)
from crawler.reading.conventions.text import clean, first_word, plain_words, words
from crawler.reading.dating import SLACK, dated, is_named_date
from crawler.reading.region import Region, names_of, place_of
from crawler.reading.structured import Structured
from crawler.reading.weighing import SENTENCE, is_sentence, weigh

_HEADING = 2.0  # the score of a heading that nothing else speaks for
_SURE = 4  # the score of a line that the page names as its title
_SLUG = 4  # words that an address must spell to name a headline
_ALIKE = 30  # letters at the beginning that line and address have in common: one of them was edited afterwards
_NO_D = dict.fromkeys(map(ord, "đĐÐ"))  # Liferay's addresses leave the letter out
_HINTED, _LEAST = 8, 6  # blocks above a text in which a line named for the headline may stand; characters that it has
_FILED = re.compile(  # what stands round a headline: its section, who wrote it
    r"\W*(?:chuyên\s*mục|danh\s*mục|thể\s*loại|tác\s*giả|nguồn)\s*:|(?:được\s*)?(?:viết|đăng|gửi)\s*bởi\s",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:tin\s*buồn|cáo\s*phó|lời\s*(?:cảm\s*ơn|chia\s*buồn)|thư\s*(?:ngỏ|mời|cảm\s*ơn)|giấy\s*mời)$", re.IGNORECASE
)
_TITLE_HINT = re.compile(r"title|tieu-?de|headline", re.IGNORECASE)
_SPELT = 15  # letters of a line that an address spells and goes on
_BANNER = 80  # blocks of banner and menu before a text, and of a text before the footer
_COUPLE = 2
_MENU = 3  # links in a row that no share buttons are
_BY_DATE = 3  # blocks between a heading and the date under it: the lead, a name
_NAME = 30  # characters of a section's name
_ENOUGH = 120  # characters of text that follow a headline's date at the least
_MUCH = 600  # characters of two long paragraphs
_RUNNING = 3  # sentences
_WINDOW = 12  # blocks after a date in which its text stands


def headline(blocks: Sequence[Block], structured: Structured) -> tuple[int | None, bool]:
    """The index of the block that displays the headline, and whether the page's title, its address or a date bears that out."""
    keys = {key for t in structured.titles if (key := tuple(words(t)))}
    endings = {key for t in structured.endings() if (key := tuple(words(t)))} - keys
    firsts = {key[0] for key in keys | endings}
    whole = {tuple(words(t)) for t in structured.named}  # what has a site's name behind it is none
    linked = Counter(block.tag for block in blocks if block.links and block.is_heading)
    best, where, banner = 0.0, None, None
    for i, block in enumerate(blocks):
        if block.is_heading and 0 < linked[block.tag] <= _COUPLE and block.links and _leads_here(block, structured.url):
            block.links = 0  # none of a list of articles, which may name the one whose address the list stands at
        if not block.is_heading and first_word(block.text) not in firsts:
            continue
        score = _headline_score(block, keys, endings)
        alone = score >= _SURE and not block.is_heading and tuple(words(block.text)) in whole
        office = score > 0 and is_office_name(block.text)
        if (office and (score >= _SURE or block.is_heading)) or (alone and _in_banner(blocks, i)):
            banner = i
        elif score > best or (
            score == best < _SURE and where is not None and len(blocks[where].text) < _SPELT <= len(block.text)
        ):
            best, where = score, i
    if best >= _SURE:
        return where, True
    if (spelt := _headline_by_address(blocks, structured.url)) is not None:
        return spelt, True
    if where is not None and best <= _HEADING:
        where = _behind_menu(blocks, where)
    if (
        where is not None
        and _within_text(blocks, where)
        and (above := _headline_above_text(blocks, sure=False)) is not None
    ):
        return above, False
    if where is not None and _reads_as_lead(blocks[where].text):
        by_date, named = _headline_by_date(blocks, None, named=False)
        where = by_date if named else where
    found, named = _headline_by_date(blocks, where, named=best > _HEADING)
    if found is None and (above := _headline_above_text(blocks, sure=banner is not None)) is not None:
        return above, False
    return (found, named) if found is not None else (banner, banner is not None)


def _leads_here(block: Block, url: str) -> bool:
    """Whether a heading is a link to the very page it stands on, as Joomla's are."""
    link = next(block.element.iter("a"), None)
    path = split(link.get("href") or "").path if link is not None else ""
    return len(path) > 1 and path == split(url).path


def _in_banner(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line that the page's title names is the site's name in its banner or footer: a menu or a headline stands between it and
    any text, or no text follows."""
    links = 0
    for i, block in enumerate(blocks[index + 1 : index + _BANNER], index + 1):
        if weigh(block) >= SENTENCE:
            return links >= _MENU
        heading = block.tag in ("h1", "h2") and _may_head(block) and not _reads_as_lead(block.text)
        if heading and _text_after(blocks, i) >= SENTENCE:
            return True
        links += block.links * 2 > len(block.text) and not is_furniture(block.text)
    document = any(
        dated(block, slack=SLACK) for block in blocks[index + 1 : index + 1 + _BY_DATE]
    )  # that is all it offers
    return not document and any(weigh(block) >= SENTENCE for block in blocks[max(0, index - _BANNER) : index])


def _headline_above_text(blocks: Sequence[Block], *, sure: bool) -> int | None:
    """The line right above the text, or the first of the text's own, where nothing else says which it is: one in an element named for
    it, or any. `sure`: the page's title names the site alone, so that a line in bold above one sentence may be the headline too.
    """
    first = next((i for i, b in enumerate(blocks) if is_sentence(b)), None)
    if first is None:
        return None
    told = (i for i in range(first - 1, max(-1, first - _HINTED), -1) if blocks[i].text)
    above = itertools.islice(told, _BY_DATE - 1)
    lines = [i for i in above if _may_head(blocks[i]) and not blocks[i].text.endswith((".", ":"))]
    running = [b for b in blocks[first : first + _WINDOW] if is_sentence(b)]
    if len(running) < _RUNNING and sum(map(weigh, running)) < _MUCH:
        return next((i for i in lines if sure and blocks[i].bold and not blocks[i].links), None)
    hinted = (i for i in range(first - 1, max(-1, first - _HINTED), -1) if _is_hinted(blocks[i]))
    return next(itertools.chain(hinted, lines), None)


def _is_hinted(block: Block) -> bool:
    """Whether a line stands in an element named for the headline; so it may be as short as "Tin buồn"."""
    text = block.text
    told = len(text) >= _LEAST and not (
        block.links or dated(block) or is_site_name(text) or is_office_name(text) or is_furniture(text)
    )
    return told and bool(_CALLED.match(text) or _TITLE_HINT.search(names_of(block.element)))


def _headline_score(block: Block, keys: set[tuple[str, ...]], endings: set[tuple[str, ...]]) -> float:
    """How surely a block is the headline: what the page names as its title counts most, a heading next, 0 is none."""
    text = block.text
    if not 8 <= len(text) <= 400 or block.image is not None or is_site_name(text) or is_detail(text) or text[-1] == ":":
        return 0
    key = tuple(words(text))
    least = 12 if len(key) >= _SLUG and key in keys else 15
    if (
        (not block.is_heading and (len(text) < least or not keys | endings))
        or opens_furniture(text)
        or is_furniture(text)
        or is_contact(text)
    ):
        return 0
    heading = {"h1": 2.0, "h2": 1.2, "h3": 0.6}.get(block.tag, 0.0)
    length = min(len(key), 20) / 20
    if key in keys:
        score = heading + 4 + length
    elif len(key) >= 4 and any(
        k[: len(key)] == key or key[: len(k)] == k for k in keys if len(k) >= 4 and not is_office_name(" ".join(k))
    ):
        score = heading + 2.5 + length
    elif key in endings:
        score = heading if is_office_name(text) else max(heading, 2.2 + length)
    else:
        score = heading / 4 if _reads_as_lead(text) else heading
    return score - 1.5 if block.links * 2 > len(text) else score


def _reads_as_lead(text: str) -> bool:
    """Whether a heading that nothing else names is a sentence: leads are, headlines have no full stop."""
    return len(text) > SENTENCE and text.endswith(".")


def _headline_by_address(blocks: Sequence[Block], url: str) -> int | None:
    """The line that the address spells without diacritics: /tin/khanh-thanh-ben-ca-1234.html. Addresses are cut short, and where they
    part words is their own affair."""
    slug = slug_words(url)
    spelt = "".join(slug)
    if len(slug) < _SLUG:
        return None
    for i, block in enumerate(blocks):
        if _may_head(block) and any(_is_spelt(text, spelt) for text in (block.text, block.text.translate(_NO_D))):
            return i
    return None


def _is_spelt(text: str, spelt: str) -> bool:
    line = "".join(plain_words(text)).lstrip(digits)
    length = min(len(spelt), max(len(line), _SPELT), _ALIKE)
    return line[:length] == spelt[:length]


def _headline_by_date(blocks: Sequence[Block], heading: int | None, *, named: bool) -> tuple[int | None, bool]:
    """The headline of a page whose title is the site's: the line above a date that most text follows, or the one under it. A `heading`
    counts where it stands by that date, or where more text follows it; the menu's and the portlets' have neither."""
    best, where, date = 0.0 if heading is None else _text_after(blocks, heading), heading, None
    for i, block in enumerate(blocks):
        if i and block.links * 2 <= len(block.text) and before_date(block):
            if (weight := _text_after(blocks, i)) > best:
                best, where, date = weight, i, i
            continue
        if (
            not i
            or not (dated(block) or is_named_date(block))
            or sum(map(weigh, blocks[i + 1 : i + _WINDOW])) <= _ENOUGH
        ):
            continue
        weight = _text_after(blocks, i)
        line = _line_by_date(blocks, i)
        if line is not None and weight > best:
            best, where, date = weight, line, i
    by_date = heading is not None and date is not None and -_BY_DATE <= heading - date <= 1
    return heading if by_date else where, named or by_date or date is not None


def _line_by_date(blocks: Sequence[Block], date: int) -> int | None:
    """The headline beside a date: the line above it, pictures and short ones passed over; the one below it where that above names a
    section: half as long, and the one below runs on into no sentence."""
    above = range(date - 1, max(-1, date - _BY_DATE - 1), -1)
    beside = (*itertools.takewhile(lambda j: not opens_furniture(blocks[j].text), above), date + 1)
    lines = [j for j in beside if j < len(blocks) and _may_head(blocks[j]) and not blocks[j].text.endswith(".")]
    if len(lines) > 1 and lines[-1] == date + 1 and not blocks[lines[0]].is_heading:
        upper, lower = (len(blocks[j].text) for j in (lines[0], lines[-1]))
        if upper <= _NAME and lower >= 2 * upper:
            return date + 1
    return lines[0] if lines else None


def _behind_menu(blocks: Sequence[Block], index: int) -> int:
    """The first heading with text after it behind a menu, where a heading of the banner stands before that; else the heading itself."""
    links = 0
    for i, block in enumerate(blocks[index + 1 : index + _BANNER], index + 1):
        if is_sentence(block):
            return index
        links += block.links * 2 > len(block.text) > 0
        if links >= _MENU and block.is_heading and _may_head(block) and _text_after(blocks, i) >= SENTENCE:
            return i
    return index


def _within_text(blocks: Sequence[Block], index: int) -> bool:
    """Whether a heading stands in the middle of running text: sentences before it and after it in one element."""
    place = holder(blocks[index].element)
    before = [b for b in blocks[max(0, index - _WINDOW) : index] if is_sentence(b)]
    after = [b for b in blocks[index + 1 : index + _WINDOW] if is_sentence(b)]
    return place is not None and all(any(holder(b.element) is place for b in some) for some in (before, after))


def parted(block: Block, structured: Structured) -> tuple[str, str] | None:
    """The headline of a line, and what stands behind it in an element of its own: its date, or a name where the page names the headline."""
    pieces = [text for piece in block.pieces if (text := clean(piece).strip(" |-–"))]
    if (alone := before_date(block)) is not None:
        return alone, pieces[-1]
    if len(pieces) != 2 or not is_name(pieces[1]):
        return None
    key = tuple(words(pieces[0]))
    named = len(key) >= _SLUG and any(key == tuple(words(t)) for t in structured.titles)
    return (pieces[0], pieces[1]) if named else None


def before_date(block: Block) -> str | None:
    """The headline of a line that ends with its date, in an element of its own: "Khánh thành bến cá [08.10.2007 20:31]"."""
    pieces = [text for piece in block.pieces if (text := clean(piece).strip(" |-–"))]
    if len(pieces) != 2 or only_date(pieces[1]) is None:
        return None
    return pieces[0] if len(pieces[0]) > _SPELT and not only_date(pieces[0]) and not is_furniture(pieces[0]) else None


def _text_after(blocks: Sequence[Block], index: int) -> float:
    """How much text follows, the nearest counting most: between a banner's date and the text stands the menu. Pictures and widgets, which
    stand between an article's own date and its text, are no distance."""
    following = (b for b in blocks[index + 1 : index + 2 * _WINDOW] if b.image is None and not is_furniture(b.text))
    return sum(weigh(block) / distance for distance, block in enumerate(itertools.islice(following, _WINDOW - 1), 1))


def _may_head(block: Block) -> bool:
    text = block.text
    plain = not (is_site_name(text) or is_furniture(text) or is_detail(text) or _FILED.match(text))
    least = _LEAST + 2 if block.is_heading else _SPELT
    return plain and least <= len(text) <= 300 and block.links * 2 <= len(text) and not only_date(text)


def title(blocks: Sequence[Block], head: int | None, structured: Structured, region: Region) -> str:
    if head is not None:
        region.head = blocks[head].element
        region.witness("title", "convention: the line that the page names as its title", place_of(region.head))
        line = parted(blocks[head], structured)
        return line[0] if line else blocks[head].text
    title = min((t for t in structured.titles if not is_detail(t)), key=len, default="")
    region.witness("title", "structured data", "title")
    return title
