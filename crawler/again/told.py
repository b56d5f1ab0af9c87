"""What reading back found, in lines for the terminal."""

from pathlib import Path

from archive import reread
from crawler.again import imports, rebuild


def of_reread(report: reread.Report, *, dry_run: bool) -> str:
    """A line of totals, and one for each field that changed, with an article to look at."""
    would = "would change" if dry_run else "changed"
    new = f", {report.new} {'would be ' if dry_run else ''}read for the first time" if report.new else ""
    failed = f", {report.failed} captures no longer read" if report.failed else ""
    head = (
        f"{report.articles} articles read again from {report.captures} captures: {report.changed} {would}{new}{failed}."
    )
    fields = (
        f"  {name}: {count}, as in article {report.examples[name]}" for name, count in report.fields.most_common()
    )
    return "\n".join([head, *fields])


def of_import(report: imports.Report) -> str:
    """A line of what was kept, and one of what was not copied."""
    shown = ("new", "changed", "unchanged", "known", "listings", "others", "failed")
    kept = ", ".join(f"{report.counts[name]} {name}" for name in shown if report.counts[name])
    left_out = ", ".join(f"{count} {why}" for why, count in report.left_out.most_common())
    line = f"{report.records} records: {kept or 'nothing of use'}."
    return f"{line}\n  left out: {left_out}" if left_out else line


def of_rebuild(report: rebuild.Report, place: Path) -> str:
    """A line of what the database holds now."""
    held = ", ".join(f"{count} {table}" for table, count in report.counts.items())
    return f"{place} made again from its WARC files: {held}."
