"""The portal as its pages need it: which story stands in which listing, and at which address."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from crawler.demo.content import Content, Section
from crawler.demo.story import Story


class Layout(Protocol):
    """One family of content-management systems: its addresses, its dates, its pages."""

    page_size: int  # stories on a listing page
    always_clock: bool  # whether a story without a clock is shown at midnight

    def article_path(self, story: Story) -> str: ...
    def picture(self, name: str) -> str: ...  # the path of a picture
    def document(self, file: str) -> str: ...  # the path of a document
    def heading(self, text: str) -> str: ...  # a section heading's element; the text is HTML already
    def date(self, story: Story) -> str: ...  # as the article page shows it, without label or counter
    def page_number(self, query: str) -> int: ...  # the listing page that a query asks for
    def article(self, story: Story, site: "Site") -> str: ...
    def listing(self, section: Section, number: int, site: "Site") -> str: ...


@dataclass(frozen=True, slots=True)
class Site:
    """What is served, at which origin (scheme, host and port), and what day it is there."""

    content: Content
    layouts: dict[str, Layout]  # by the slug of a section
    origin: str
    today: date

    def layout(self, story: Story) -> Layout:
        return self.layouts[story.section]

    def path(self, story: Story) -> str:
        return self.layout(story).article_path(story)

    def section(self, story: Story) -> Section:
        return next(section for section in self.content.sections if section.slug == story.section)

    def listed(self, section: Section) -> list[Story]:
        """The stories of a listing, newest first; some stand in two."""
        return [story for story in self.content.stories if section.slug in (story.section, story.also)]

    def pages(self, section: Section) -> int:
        """How many pages a listing has."""
        return -(-len(self.listed(section)) // self.layouts[section.slug].page_size)

    def on_page(self, section: Section, number: int) -> list[Story]:
        size = self.layouts[section.slug].page_size
        return self.listed(section)[(number - 1) * size : number * size]

    def related(self, story: Story) -> list[Story]:
        """The five stories of the section that are nearest in time, the story itself left out."""
        others = [other for other in self.content.stories if other.section == story.section and other is not story]
        return sorted(others, key=lambda other: abs(other.published - story.published))[:5]
