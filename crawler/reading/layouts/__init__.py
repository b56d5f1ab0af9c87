"""The layouts, surest first. A new family is one file with a class and its golden pages, and one line here."""

from crawler.reading.layouts.base import Layout
from crawler.reading.layouts.liferay import Liferay6

LAYOUTS: tuple[Layout, ...] = (Liferay6(),)
