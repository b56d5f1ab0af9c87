"""What goes from the spider to the pipeline."""

from dataclasses import dataclass

from archive.models import Capture, Link
from crawler.reading import Article


@dataclass(frozen=True, slots=True)
class ReadPage:
    """An article, the link that led to it and the capture it was read from."""

    article: Article
    link: Link
    capture: Capture
