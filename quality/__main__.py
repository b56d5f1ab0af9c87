"""`python -m quality`: the scores beside their floors; exit 1 where one is below, or where the pages are not those that were pinned."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from quality.corpus import FOLDERS, load
from quality.floors import Change, Floors
from quality.gate import Measured, complaints, measure, table, worst

FLOORS = Path(__file__).with_name("floors.toml")


@click.command()
@click.option("--pin", is_flag=True, help="Write the scores down as floors, with the digest of the pages.")
@click.option("--lower", metavar="REASON", help="With --pin: lower floors too; the reason is kept in the file.")
def main(*, pin: bool, lower: str | None) -> None:
    """Score the reader on the golden pages: as sent, with every class and id made meaningless, and as other portals would send them."""
    if lower is not None and not (pin and lower.strip()):
        raise click.UsageError('--lower goes with --pin and says why: --pin --lower "the page of … was corrected".')
    sys.exit(_pin(measured(), lower) if pin else _judge(measured()))


def measured() -> list[Measured]:
    """The scores of every corpus that is there. The project's own pages always are; an empty folder fails."""
    corpora = [load(name, folder) for name, folder in FOLDERS.items() if name == "golden" or folder.is_dir()]
    return [measure(corpus) for corpus in corpora]


def _judge(found: Sequence[Measured]) -> int:
    floors = Floors.load(FLOORS)
    _show(found, floors)
    against = [line for m in found for line in complaints(m, floors)]
    for line in against:
        click.echo(line, err=True)
    return 1 if against else 0


def _show(found: Iterable[Measured], floors: Floors) -> None:
    click.echo(f"{'corpus':8} {'reading':10} {'field':12} {'score':6}  floor")
    for m in found:
        click.echo("\n".join([*table(m, floors), *(f"  worst: {line}" for line in worst(m))]))


def _pin(found: Iterable[Measured], reason: str | None) -> int:
    floors = Floors.load(FLOORS)
    moves = [move for m in found for move in floors.changes(m.corpus.name, m.scores)]
    for move in moves:
        click.echo(f"{'LOWER ' if move.lowers else ''}{move}")
    lowering = [move for move in moves if move.lowers]
    if lowering and reason is None:
        click.echo(
            f"{len(lowering)} floors would go down: nothing is pinned. Mend the reader, or --lower REASON.", err=True
        )
        return 1
    _write(floors, found, lowering, reason)
    return 0


def _write(floors: Floors, found: Iterable[Measured], lowering: Sequence[Change], reason: str | None) -> None:
    for m in found:
        floors.pin(m.corpus.name, m.corpus.digest, m.scores)
        click.echo(f"{m.corpus.name}: {len(m.corpus.pages)} pages, {m.corpus.digest}")
    if lowering and reason:
        day = datetime.now(UTC).date().isoformat()
        floors.lowered.append({"date": day, "reason": reason, "floors": [str(move) for move in lowering]})
    floors.save(FLOORS)


if __name__ == "__main__":
    main()
