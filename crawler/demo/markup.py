"""Blocks of a story → HTML, in the markups that real portals use."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Protocol

from crawler.demo.story import LINK, SOFT_HYPHEN, Block, Heading, Items, Paragraph, Picture, Story, Table

BLANK = "<p>&nbsp;</p>"


class Style(Protocol):
    """What the markup of a block asks of the layout that shows it."""

    def picture(self, name: str) -> str: ...  # the address of a picture
    def document(self, file: str) -> str: ...  # the address of a document
    def heading(self, text: str) -> str: ...  # a section heading's element, text escaped


def body(story: Story, style: Style) -> str:
    """What an editor types into the body: headline repeated, lead in bold, blocks, byline, attribution."""
    bold = [story.repeat, story.lead if story.lead_form == "bold" else None]
    parts = [f"<p><strong>{inline(text, style)}</strong></p>" for text in bold if text]
    parts += [block(each, style) for each in story.blocks]
    if story.byline:
        parts.append(f'<p style="text-align: right;"><strong>{escape(story.byline)}</strong></p>')
    if story.source_raw:
        parts.append(f'<p style="text-align: right;"><em>{escape(story.source_raw)}</em></p>')
    return "\n".join(parts)


def block(each: Block, style: Style) -> str:
    """One block's element or elements."""
    match each:
        case Paragraph(text):
            return f'<p style="text-align: justify;">{inline(text, style)}</p>'
        case Heading(text):
            return style.heading(inline(text, style))
        case Items(items):
            return "<ul>" + "".join(f"<li>{inline(item, style)}</li>" for item in items) + "</ul>"
        case Table(rows):
            return _table(rows)
        case Picture():
            return _PICTURES[each.kind](each, style)


def inline(text: str, style: Style) -> str:
    """A text with its documents as links and its soft hyphens as entities."""
    ends = [0, *(end for link in LINK.finditer(text) for end in link.span()), len(text)]
    parts = [_link(text[a:b], style) or escape(text[a:b], quote=False) for a, b in pairwise(ends)]
    return "".join(parts).replace(SOFT_HYPHEN, "&shy;")


def _link(text: str, style: Style) -> str | None:
    link = LINK.fullmatch(text)
    return link and f'<a href="{escape(style.document(link["file"]))}">{escape(link["label"])}</a>'


def _table(rows: Sequence[Sequence[str]]) -> str:
    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(row(cells, "td") for cells in rows[1:])
    return f'<table border="1"><thead>{row(rows[0], "th")}</thead><tbody>{body}</tbody></table>'


def _image(picture: Picture, style: Style) -> str:
    return f'<img src="{escape(style.picture(picture.name))}" alt="" width="600" height="375">'


def _figure(picture: Picture, style: Style) -> str:
    credit = f" Ảnh: <em>{escape(picture.credit)}</em>" if picture.credit else ""
    caption = f"<figcaption><p>{escape(picture.caption or '')}{credit}</p></figcaption>"
    return f'<figure class="image">{_image(picture, style)}{caption}</figure>'


def _centred(picture: Picture, style: Style) -> str:
    # the spaces before the credit are the editors': "Thành phố Nam Định hôm nay.   (Ảnh: Viết Dư)"
    caption = f'<p style="text-align: center;"><em>{_caption(picture, "&nbsp; (Ảnh: {})")}</em></p>'
    return "\n".join([f'<p style="text-align: center;">{_image(picture, style)}</p>', caption, BLANK])


def _two_rows(picture: Picture, style: Style) -> str:
    rows = (
        f'<tr><td>{_image(picture, style)}</td></tr><tr><td class="caption">{_caption(picture, " Ảnh: {}")}</td></tr>'
    )
    return f'<table align="center" class="contentimg"><tbody>{rows}</tbody></table>'


def _after_break(picture: Picture, style: Style) -> str:
    return f'<p align="center">{_image(picture, style)}<br><em>{_caption(picture, " (Ảnh: {})")}</em></p>'


def _bare(picture: Picture, style: Style) -> str:
    return f'<p style="text-align: center;">{_image(picture, style)}</p>\n{BLANK}'


def _caption(picture: Picture, credit: str) -> str:
    return escape(picture.caption or "") + (credit.format(escape(picture.credit)) if picture.credit else "")


_PICTURES = {"figure": _figure, "centred": _centred, "table": _two_rows, "break": _after_break, "bare": _bare}
