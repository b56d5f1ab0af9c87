"""Where an article stands on its page: what a layout knows from its selectors and the conventions find by looking."""

from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.reading.article import Evidence
from crawler.reading.blocks import Block
from crawler.reading.conventions.dates import Published

CONVENTIONS = "conventions"  # the name of reading without a layout


@dataclass(slots=True)
class Region:
    """An article's place. `before` and `after` are the blocks between headline and text, and those that follow the text closely."""

    title: str = ""
    content: list[Block] = field(default_factory=list)
    before: list[Block] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    beyond: list[Block] = field(default_factory=list)  # what follows those, from where the portal's own lines begin
    below: list[Block] = field(default_factory=list)  # all that follows the headline, where no layout knows better
    near: list[Block] = field(default_factory=list)  # beside the headline: its date and perhaps its author
    root: HtmlElement | None = None  # the element that holds the text
    head: HtmlElement | None = None  # the element that displays the headline
    published: Published | None = None
    dated: Block | None = None  # the line that its date was read from, where that is one of the flow
    section: str | None = None
    lead: str | None = None
    author: str | None = None  # the text of an author element, label and all
    source: str | None = None  # the text of a source element, label and all
    evidence: dict[str, Evidence] = field(default_factory=dict)
    declared_author: str | None = None  # whom the page names to machines
    layout: str = CONVENTIONS
    named: bool = True  # something beside its markup says which line is the headline

    def witness(self, name: str, rule: str, place: str) -> None:
        self.evidence.setdefault(name, Evidence(rule, place))


def names_of(element: HtmlElement) -> str:
    """What an element is called: its classes, id and roles."""
    return " ".join(element.get(name) or "" for name in ("class", "id", "itemprop", "data-role"))


def place_of(element: HtmlElement | None) -> str:
    """An element's address for people: its tag, id or first classes, and its parent's.

    >>> from lxml.html import fragment_fromstring
    >>> place_of(fragment_fromstring('<div id="a"><p class="sapo x y">Tin</p></div>')[0])
    'div#a > p.sapo.x'
    """
    if element is None:
        return ""
    names = []
    for e in (element.getparent(), element):
        if e is None or not isinstance(e.tag, str):
            continue
        own = f"#{e.get('id')}" if e.get("id") else "".join(f".{c}" for c in (e.get("class") or "").split()[:2])
        names.append(f"{e.tag}{own}"[:80])
    return " > ".join(names)
