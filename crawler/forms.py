"""Pages of a listing that no link leads to: how the next one is asked for.

ASP.NET portals (khanhhoa.gov.vn, ministries on SharePoint) turn pages by `javascript:__doPostBack('target','argument')`: the
whole form is sent back, with the state that the page just received carries. `loaders` has what scripts load.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote, urlencode

from lxml import html

from crawler.links import Anchor, base_of, same_host
from crawler.pager import Run, current_number, holder, is_leap, is_off, is_pager_link, leads_elsewhere, says_next
from crawler.reading.conventions.addresses import absolute
from crawler.reading.conventions.text import clean

Fields = tuple[tuple[str, str], ...]
Kind = Literal["page", "fragment", "items", "rows"]  # of the answer: a whole page, markup of the list alone, JSON
Near = Callable[[html.HtmlElement], int]
MOST_STATE = 4 * 1024 * 1024  # letters; a pager that wants more of them sent with every page is left alone
_POSTBACK = re.compile(
    r"""(?:__doPostBack|WebForm_PostBackOptions)\(\s*(["'])([^"'\\]+)\1\s*,\s*(["'])([^"'\\]*)\3""", re.IGNORECASE
)
_NEXT_BY_NAME = re.compile(r"next|trang_?sau", re.IGNORECASE)  # lkNext2, lbtnTrangSau, Page$Next
_OTHER_BY_NAME = re.compile(r"last|prev|first|cuoi|dau|truoc|month|thang", re.IGNORECASE)
_MONTH = re.compile(r"V\d+$")  # what ASP.NET's calendar sends for another month
_NOT_SENT = frozenset({"submit", "button", "image", "reset", "file"})


@dataclass(frozen=True, slots=True)
class Ask:
    """How one page of a listing is asked for that no link leads to."""

    url: str  # where to
    page: str  # the page that shows the list: the Referer
    kind: Kind = "page"
    fields: Fields | None = None  # of the form; None: by GET
    changes: Fields = ()  # those that differ from page to page
    number: int | None = None  # of the page asked for, where the pager says it
    last: int | None = None  # page of the listing, where its script says it
    base: str = ""  # what links of the answer are relative to, where the page says it is not the page
    opens: bool = False  # the page at hand only loads its list, from its first page on

    @property
    def key(self) -> Hashable:
        """What tells this page from others of its listing; None when only its content can tell."""
        return None if self.number is None else (self.url, self.kind, self.number)

    @property
    def body(self) -> bytes:
        """The form as it is sent."""
        changed = {name for name, _ in self.changes}
        kept = [(name, value) for name, value in self.fields or () if name not in changed]
        return urlencode([*self.changes, *kept]).encode() if self.fields is not None else b""

    @property
    def too_large(self) -> bool:
        """Whether its state is more than any pager needs."""
        return sum(len(value) for _, value in self.fields or ()) > MOST_STATE

    @property
    def light(self) -> "Ask":
        """Without the state of its page, which can be megabytes and is not needed to read the answer."""
        return replace(self, fields=()) if self.kind == "page" else self

    def refused(self, shown: int | None, *, empty: bool) -> bool:
        """Whether an answer without articles, or with those of an earlier page, is not the page asked for.

        `shown` is the page that the answer says it is. A script's last page may be empty: articles are taken away.
        """
        if self.kind != "page":
            return self.number is not None and self.last is not None and self.number < self.last
        return self.number is not None and (empty or shown not in (None, self.number))

    def __str__(self) -> str:
        return f"page {self.number} of {self.page}" if self.number else f"the next page of {self.page}"


@dataclass(frozen=True, slots=True)
class Press(Anchor):
    """A link or button that sends the form back. Its `url` is that of its page."""

    target: str
    argument: str


def presses(root: html.HtmlElement, url: str) -> list[Press]:
    """Every link and button of a page that posts it back, in page order."""
    found = []
    for element in root.iter("a", "input", "button"):
        href = element.get("href") or ""
        said = _POSTBACK.search(f"{unquote(href) if '%' in href else href} {element.get('onclick') or ''}")
        if said and element.get("disabled") is None:
            text, above = _text(element), tuple(element.iterancestors())
            found.append(Press(url, text, element, above, target=said[2], argument=said[4]))
    return found


def find_postbacks(
    found: Sequence[Press], runs: Sequence[Run], root: html.HtmlElement, near: Near
) -> tuple[list[Ask], int | None]:
    """The next page by postback, the surest first, and the number of the page at hand where its pager says it.

    `runs` are the numbered ones among `found`. Of several pagers the one nearest to the list counts, also on its last
    page: another would turn another list.
    """
    numbers = {p.element for run in runs for p in run.pages.values()}
    turning = [p for p in found if p.element in numbers or _turns(p)]
    nearest = max((near(p.element) for p in turning), default=0)
    close = [p for p in turning if near(p.element) == nearest]
    own = [run for run in runs if near(run.block) >= nearest]
    own = own or [Run({}, holder(p, root)) for p in close if is_leap(p)]  # the only page of its window
    current = next((n for run in own if (n := current_number(run))), None)
    pages = [*_numbered(own), *_unnumbered(close, own, current)]
    sendable = {p.element: fields for p, _ in pages if (fields := _form(p, root))}
    return [_ask(p, number, *sendable[p.element]) for p, number in pages if p.element in sendable], current


def nearness(box: html.HtmlElement | None) -> Near:
    """A measure of how near elements stand to the list: how deep in the page the element is that holds both."""
    chain = [box, *box.iterancestors()] if box is not None else []
    depths = {element: len(chain) - i for i, element in enumerate(chain)}

    def near(element: html.HtmlElement) -> int:
        return next((depths[e] for e in (element, *element.iterancestors()) if e in depths), 0)

    return near


def _numbered(runs: Sequence[Run]) -> Iterator[tuple[Press, int | None]]:
    """The page after the current one; where none is marked, every page but the first."""
    for run in runs:
        current = current_number(run)
        wanted = sorted(run.pages) if current is None else [current + 1]
        for number in wanted:
            press = run.pages.get(number)
            if number > 1 and isinstance(press, Press):
                yield press, number


def _unnumbered(close: Sequence[Press], runs: Sequence[Run], current: int | None) -> Iterator[tuple[Press, int | None]]:
    """ "Next" in words or by its control's name; else the dots after the current page, to the next window of pages."""
    worded = [p for p in close if _says_next(p)]
    leaps = [p for p in close if is_leap(p) and (current is None or _number_before(p, runs) == current)]
    yield from ((p, None) for p in worded)  # on the last page too, as some portals have it
    yield from ((p, current and current + 1) for p in leaps if not worded)


def _number_before(leap: Press, runs: Sequence[Run]) -> int | None:
    """The page number that stands before the dots."""
    block = next((run.block for run in runs if run.block in leap.above), None)
    last = None
    for element in block.iter() if block is not None else ():
        if element is leap.element:
            break
        text = clean(element.text or "")
        last = int(text) if text.isdecimal() and len(text) < 5 else last
    return last


def _says_next(press: Press) -> bool:
    name = f"{press.target.rpartition('$')[2]} {press.argument}"
    named = bool(_NEXT_BY_NAME.search(name)) and not is_off(press) and not leads_elsewhere(press)
    return (named or says_next(press)) and not _OTHER_BY_NAME.search(name)


def _turns(press: Press) -> bool:
    """Whether a link turns pages by its words. Numbers do by standing together, days of a calendar do not."""
    numeric = press.text.isdecimal()
    return not (numeric or _MONTH.match(press.argument)) and (is_pager_link(press) or _says_next(press))


def _ask(press: Press, number: int | None, action: str, fields: Fields) -> Ask:
    changes = (("__EVENTTARGET", press.target), ("__EVENTARGUMENT", press.argument))
    return Ask(action, press.url, fields=fields, changes=changes, number=number)


def _form(press: Press, root: html.HtmlElement) -> tuple[str, Fields] | None:
    """Where the form around a press is sent, and with what; None when it leads off the portal or there is none."""
    forms = [e for e in press.above if e.tag == "form"] or list(root.iter("form"))
    stated = next((f for f in forms if f.find(".//input[@name='__VIEWSTATE']") is not None), None)
    form = stated if stated is not None else next(iter(forms), None)
    if form is None:
        return None
    action = absolute(base_of(root, press.url), form.get("action") or press.url)
    if not action or not same_host(action, press.url):
        return None
    # where the markup closes the form too early, its state stands outside
    return action.partition("#")[0], tuple(_fields(form if stated is not None else root))


def _fields(form: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What a browser sends of a form when none of its buttons is pressed."""
    for element in form.iter("input", "select", "textarea"):
        name, kind = element.get("name"), (element.get("type") or "").lower()
        if not name or element.get("disabled") is not None or kind in _NOT_SENT:
            continue
        if element.tag == "select":
            yield from ((name, value) for value in _chosen(element))
        elif element.tag == "textarea":
            yield name, element.text or ""
        elif kind not in ("checkbox", "radio"):
            yield name, element.get("value") or ""
        elif element.get("checked") is not None:
            yield name, element.get("value") or "on"


def _chosen(select: html.HtmlElement) -> list[str]:
    options = list(select.iter("option"))
    chosen = [o for o in options if o.get("selected") is not None]
    if not chosen and select.get("multiple") is None:
        chosen = options[:1]
    return [value if (value := o.get("value")) is not None else clean(o.text_content()) for o in chosen]


def _text(element: html.HtmlElement) -> str:
    """What a link or button says: its text, a button's value, a picture's alternative."""
    if element.tag == "input":
        return clean(element.get("value") or element.get("alt") or "")
    picture = element.find(".//img[@alt]")
    return clean(element.text_content()) or clean(picture.get("alt") or "" if picture is not None else "")
