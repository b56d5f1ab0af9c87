"""What a real crawl left, and what is made of its WARC files alone, are the same."""

from archive import Archive
from crawler.demo.portal import DemoPortal

TABLES = ("captures", "articles", "revisions", "images", "attachments", "links")


def rows(folder, table):
    """All rows; when a link was found is when the listing was read, some milliseconds after it was captured."""
    with Archive(folder) as archive:
        found = list(archive.db.query(f"SELECT * FROM {table} ORDER BY id"))
    return [{name: value for name, value in row.items() if name != "discovered_at"} for row in found]


def test_a_crawled_portal_rebuilt_and_verified(congtin, tmp_path):
    with DemoPortal() as portal:
        for _ in range(2):
            assert congtin("crawl", portal.origin + "/").returncode == 0
    old, new = tmp_path / "congtin-archive", tmp_path / "moi"
    assert congtin("verify", "--jobs", "1").returncode == 0
    assert congtin("rebuild", "--into", new, "--jobs", "1").returncode == 0
    assert congtin("verify", "--jobs", "1", "--archive", new).returncode == 0
    for table in TABLES:
        assert rows(old, table) == rows(new, table), table
    assert len(rows(new, "articles")) == 40
