"""A bag, checked by the Library of Congress's bagit."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING, Any

import bagit
import pytest

from archive import Archive
from archive.export import bag
from archive.verify import broken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def bagged(held: Archive, exported: Callable[..., Path]) -> Path:
    return exported("bag")


def checked(path: Path) -> bagit.Bag:
    found = bagit.Bag(str(path))
    found.validate()
    return found


def test_it_is_valid_and_says_what_it_is(bagged: Path, held: Archive) -> None:
    found = checked(bagged)
    assert found.version_info == (1, 0)
    assert sorted(found.algorithms) == ["sha256", "sha512"]
    assert found.info["External-Description"] == "News archive of hanam, namdinh: 4 articles, with their captures."
    assert found.info["Bag-Software-Agent"].startswith("Congtin ")
    assert {path.name for path in bagged.iterdir()} >= {"tagmanifest-sha256.txt", "tagmanifest-sha512.txt"}
    warcs = [path.name.removesuffix(".open") for path in (held.path / "warc").iterdir()]
    assert sorted(found.payload_files()) == sorted(["data/archive.db", *(f"data/warc/{name}" for name in warcs)])


@pytest.mark.parametrize("name", ["archive.db", "warc", "bag-info.txt"])
def test_bagit_notices_what_is_changed(bagged: Path, name: str) -> None:
    place = bagged / name if name.endswith(".txt") else bagged / "data" / name
    path = next(place.iterdir()) if place.is_dir() else place
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(data)
    with pytest.raises(bagit.BagValidationError):
        checked(bagged)


def test_its_payload_is_an_archive_that_opens_and_stays_as_it_is(bagged: Path, held: Archive) -> None:
    with Archive(bagged / "data") as copy:
        assert [str(problem) for problem in broken(copy)] == []
        assert copy.article(1)["revisions"] == held.article(1)["revisions"]
        assert [hit.id for hit in copy.search("làng")] == [1]
        for (capture_id,) in held.db.conn.execute("SELECT id FROM captures"):
            assert copy.open_capture(capture_id) == held.open_capture(capture_id)
        assert sorted(path.name for path in (bagged / "data").iterdir()) == ["archive.db", "warc"]
    checked(bagged)


def test_a_crawl_that_runs_meanwhile_is_neither_disturbed_nor_half_in_it(
    held: Archive, desk: Any, congtin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_database = bag._copy_database

    def meanwhile(*places: Any) -> None:
        with Archive(held.path) as crawling:
            desk.archive = crawling
            desk.articles("Viết trong lúc đóng gói", body=("x" * 100_000,))
        copy_database(*places)

    monkeypatch.setattr(bag, "_copy_database", meanwhile)
    result = congtin("export", "--format", "bag", "--output", tmp_path / "bag")
    assert (result.exit_code, result.output) == (0, f"4 articles in {tmp_path / 'bag'}.\n")
    checked(tmp_path / "bag")
    assert held.db["articles"].count == 5
    with Archive(tmp_path / "bag" / "data") as copy:
        assert copy.db["articles"].count == 4
        assert [str(problem) for problem in broken(copy) if "captures" in str(problem)] == []


def test_a_bag_is_a_new_folder_and_holds_everything(held: Archive, congtin: Any, tmp_path: Path) -> None:
    place = tmp_path / "bag"
    for words, said in (
        (("--output", place, "làng"), "A bag holds the whole archive; leave QUERY and the filters out"),
        (("--output", place, "--portal", "hanam"), "A bag holds the whole archive"),
        ((), "A bag is a folder; name one that is not there yet with --output."),
    ):
        result = congtin("export", "--format", "bag", *words)
        assert result.exit_code == 2
        assert said in result.stderr
        assert not place.exists()
    place.mkdir()
    (place / "mine").write_text("mine")
    result = congtin("export", "--format", "bag", "--output", place, "--force")
    assert (result.exit_code, result.stderr) == (2, f"{place} is there already; name another --output.\n")
    assert [path.name for path in place.iterdir()] == ["mine"]
    file = tmp_path / "file"
    file.touch()
    for force in ((), ("--force",)):
        result = congtin("export", "--format", "bag", "--output", file, *force)
        assert (result.exit_code, result.stderr) == (2, f"{file} is there already; name another --output.\n")


def test_a_damaged_archive_is_not_deposited(held: Archive, desk: Any, congtin: Any, tmp_path: Path) -> None:
    desk.writer.close()
    shutil.rmtree(held.path / "warc")
    result = congtin("export", "--format", "bag", "--output", tmp_path / "bag")
    assert result.exit_code == 7
    assert [path.name for path in tmp_path.iterdir()] == ["kho"]


def test_no_name_leaves_the_folder(held: Archive, congtin: Any, tmp_path: Path) -> None:
    with sqlite3.connect(held.path / "archive.db") as db:
        db.execute("UPDATE captures SET warc = '../../evil.warc.gz'")
    db.close()
    assert congtin("export", "--format", "bag", "--output", tmp_path / "bag").exit_code == 7
    assert [path.name for path in tmp_path.iterdir()] == ["kho"]
