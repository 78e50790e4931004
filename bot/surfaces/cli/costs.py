"""Commands about costs that work on files alone: `cost forecast` and `cost check`."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from agents.forecasting.months import MonthForecast, Outlook
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.screen import spaced
from bot.surfaces.cli.session import Session
from memory.costs.importing import Taken, take
from memory.errors import InvalidInput

_LARGE = 1000  # of money: above it, bounds are shown without cents
LARGEST = 256 * 2**20  # bytes of a CSV file of dated costs

Csv = Annotated[Path, typer.Option("--csv", metavar="FILE", help="Costs by day or month: the columns date, cost.")]
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="What is known by the end of that day; all if left out.")
]
DateColumn = Annotated[str, typer.Option("--date-column", metavar="NAME", help="The column of the dates.")]
CostColumn = Annotated[str, typer.Option("--cost-column", metavar="NAME", help="The column of the costs.")]
Bill = Annotated[Path, typer.Argument(metavar="FILE", help="A FOCUS export: CSV, gzipped CSV or Parquet.")]

cost = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Costs: what was spent and why, what the month will come to, and whether a bill can be read.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck cost ask "what did we spend last week by team?"
      quarterdeck cost forecast --csv daily.csv
    """,
)


@cost.command()
@command
def forecast(
    session: Session,
    file: Csv,
    as_of: AsOf = "",
    date_column: DateColumn = "date",
    cost_column: CostColumn = "cost",
) -> None:
    """Tell what this month and the next three will cost, and how sure that is.

    Several forecasts count by how well each did on this very series before; the bounds are the errors they made.
    Nothing is asked of anybody: no server, no model.

    [bold]Examples[/bold]

      quarterdeck cost forecast --csv daily.csv --as-of 2026-11-15
      quarterdeck cost forecast --csv daily.csv --json | jq '.months[0].expected'
    """

    def work() -> int:
        from agents.forecasting.outlook import outlook
        from agents.forecasting.reading import read

        known = read(_text(file), date_column=date_column, cost_column=cost_column)
        with session.screen.waiting("Trying each forecast on past months"):
            found = outlook(known, _day(as_of))
        session.screen.show(found, *spaced(iter(_outlook(found))))
        return 0

    session.run_here(work)


@cost.command()
@command
def check(session: Session, file: Bill) -> None:
    """Read a bill and tell what would be counted, what set aside and why. Nothing is kept.

    [bold]Examples[/bold]

      quarterdeck cost check focus-2026-10.csv.gz
      quarterdeck cost check focus-2026-10.parquet --json | jq '.totals'
    """

    def work() -> int:
        if not file.is_file():
            raise InvalidInput(f"expected a file at {file}, found none")
        with tempfile.TemporaryDirectory() as folder, session.screen.waiting("Reading the bill"):
            found = take(file, Path(folder) / "counted", Path(folder) / "aside")
        session.screen.show(_told(found), *spaced(iter(_taken(found))))
        return 0

    session.run_here(work)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise InvalidInput(f"expected at most {LARGEST} bytes in {file}, found more")
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"expected a file that can be read at {file}, found: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"expected {file} to be text in UTF-8, found byte {error.start} of it not") from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput(f"expected a date such as 2026-11-21 for --as-of, found {text[:40]!r}") from None


def _outlook(found: Outlook) -> list[Table | Text]:
    table = Table(box=None, pad_edge=False)
    for heading in ("month", "so far", "expected", "80 % between", "95 % between"):
        table.add_column(heading, justify="left" if heading == "month" else "right", overflow="fold")
    for month in found.months:
        bounds = [_between(month, level) for level in (0.8, 0.95)]
        table.add_row(f"{month.month:%b %Y}", _money(month.so_far), _money(month.expected), *bounds)
    voices = ", ".join(f"{name} {share:.0%}" for name, share in sorted(found.weights.items(), key=lambda w: -w[1]))
    pace = "At the last seven days' rate this" if found.daily else "As the month before, the next"
    rate = f"{pace} month would come to {_money(found.run_rate)}."
    lines = [
        f"Known to the end of {found.as_of if found.daily else f'{found.as_of:%B %Y}'}. {rate}",
        f"Who counts for how much: {voices}. Tried on {found.months[0].tried} days in the past.",
        *([found.note] if found.note else []),
    ]
    return [table, *(Text(line, style="dim") for line in lines)]


def _between(month: MonthForecast, level: float) -> str:
    return next(
        (f"{_bound(each.low)} to {_bound(each.high)}" for each in month.intervals if each.level == level),
        "too little is known",
    )


def _bound(amount: float) -> str:
    """Return a bound without cents where they say nothing, so that the table fits a terminal."""
    return f"{amount:,.0f}" if abs(amount) >= _LARGE else _money(amount)


def _money(amount: float) -> str:
    return f"{amount:,.2f}"


def _told(found: Taken) -> dict[str, object]:
    return {
        "rows": found.rows,
        "first": found.first and found.first.isoformat(),
        "last": found.last and found.last.isoformat(),
        "periods": [each.isoformat() for each in found.periods],
        "ignored": list(found.ignored),
        **{
            name: [each.model_dump(mode="json") for each in values]
            for name, values in (("totals", found.totals), ("aside", found.aside), ("flaws", found.flaws))
        },
    }


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `0 rows`, `1 row`, `23,393 rows`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _taken(found: Taken) -> list[Text]:
    lines = [
        Text(f"{counted(found.rows, 'row')} can be counted", style="bold green" if found.rows else "bold red")
    ]
    lines += [
        Text(f"{total.currency}: billed {total.billed:,.6f}, effective {total.effective:,.6f}")
        for total in found.totals
    ]
    lines += [
        Text(
            f"set aside: {counted(each.rows, 'row')}, {each.reason}; the first: {plain(each.example[:200])}",
            style="yellow",
        )
        for each in found.aside
    ]
    lines += [
        Text(f"counted, but not as FOCUS asks: {counted(each.rows, 'row')}; asked is: {each.rule}")
        for each in found.flaws
    ]
    if found.ignored:
        lines.append(Text(f"columns that are not kept: {plain(', '.join(found.ignored[:20]))}", style="dim"))
    return lines
