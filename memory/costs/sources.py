"""A file as rows of FOCUS columns: CSV, gzipped CSV and Parquet, in FOCUS or by a mapping.

What a cell says stays text here. Names out of a file become quoted names and nothing else.
"""

import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from memory.costs.columns import COLUMNS, VITAL
from memory.errors import PayloadInvalid
from memory.model.value import Value

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_COLUMNS: Final = 2000
LONGEST_HEADER: Final = 1_000_000
TAG_PREFIXES: Final = (
    "resource_tags_",
    "resourcetags/",
    "x_tags_",
    "x_tag_",
    "tags.",
    "tags/",
    "tags_",
    "tag_",
    "label_",
)
_NULLS: Final = ("", "NULL", "null")
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"


class Mapping(Value):
    """Which columns of a plain table of daily costs stand for what. `currency` and `provider` are said for all."""

    date: str
    cost: str
    currency: str
    provider: str = "other"
    service: str = ""
    account: str = ""
    region: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """Rows that can be asked for in SQL: their text, by the FOCUS columns that are there."""

    sql: str
    columns: frozenset[str]
    ignored: tuple[str, ...]
    text: bool  # lines of text, of which single ones may be unreadable


def rows_of(database: "DuckDBPyConnection", path: Path, mapping: Mapping | None = None) -> Rows:
    """Return the rows of a file; raises `PayloadInvalid` for one that is no table, or not of these columns."""
    with path.open("rb") as file:
        start = file.read(4)
    table = _parquet(database, path) if start == _PARQUET else _csv(path, zipped=start.startswith(_GZIP))
    return _focus(*table) if mapping is None else _mapped(*table, mapping)


def named(name: str) -> str:
    """Return a name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def said(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


_Table = tuple[str, tuple[str, ...], bool]


def _csv(path: Path, *, zipped: bool) -> _Table:
    names, delimiter = _header(path, zipped=zipped)
    columns = ", ".join(f"{said(name)}: 'VARCHAR'" for name in names)
    nulls = ", ".join(map(said, _NULLS))
    sql = (
        f"read_csv({said(str(path))}, auto_detect = false, header = true, delim = {said(delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{columns}}}, nullstr = [{nulls}], store_rejects = true, "
        f"max_line_size = 10000000, compression = '{'gzip' if zipped else 'none'}')"
    )
    return sql, names, True


def _header(path: Path, *, zipped: bool) -> tuple[tuple[str, ...], str]:
    try:
        with cast("io.BufferedIOBase", gzip.open(path) if zipped else path.open("rb")) as file:
            start = file.read(LONGEST_HEADER).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < LONGEST_HEADER - 4:
            raise PayloadInvalid(
                f"expected {path.name} to be text in UTF-8, found byte {error.start} of it not"
            ) from error
        start = error.object[: error.start].decode("utf-8-sig")
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise PayloadInvalid(f"expected {path.name} to be whole, found it breaks off: {error}") from error
    first = start.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    header = io.StringIO(start, newline=None)  # whatever its lines end with
    names = tuple(name.strip() for name in next(csv.reader(header, delimiter=delimiter), []))
    if not names or not all(names) or len(names) > MOST_COLUMNS:
        raise PayloadInvalid(f"expected 1 to {MOST_COLUMNS} named columns in {path.name}, found {len(names)}")
    _distinct(names, path)
    return names, delimiter


def _parquet(database: "DuckDBPyConnection", path: Path) -> _Table:
    import duckdb

    source = f"read_parquet({said(str(path))})"
    try:
        described = database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608 - a quoted path
    except duckdb.Error as error:
        raise PayloadInvalid(f"expected {path.name} to be Parquet, found: {str(error)[:200]}") from error
    names = tuple(str(row[0]) for row in described)
    _distinct(names, path)
    nested = {name for name, kind, *_ in described if str(kind).startswith(("MAP", "STRUCT"))}
    cells = (
        f"CAST(to_json({named(name)}) AS VARCHAR) AS {named(name)}"
        if name in nested
        else f"nullif(CAST({named(name)} AS VARCHAR), '') AS {named(name)}"
        for name in names
    )
    return f"(SELECT {', '.join(cells)} FROM {source})", names, False  # noqa: S608 - quoted names and a quoted path


def _distinct(names: tuple[str, ...], path: Path) -> None:
    folded = [name.casefold() for name in names]
    if twice := sorted({name for name in names if folded.count(name.casefold()) > 1}):
        raise PayloadInvalid(f"expected each column of {path.name} once, found {', '.join(twice[:5])} again")


def _focus(sql: str, names: tuple[str, ...], text: bool) -> Rows:
    known = {name.casefold(): name for name in COLUMNS}
    here = {known[name.casefold()]: name for name in names if name.casefold() in known}
    if missing := [name for name in VITAL if name not in here]:
        raise PayloadInvalid(
            f"expected the columns of a FOCUS 1.0 to 1.2 export, found none named {', '.join(missing)}",
            hint="Another table can be read with a mapping: which column is the date, which the cost.",
        )
    tags = {name: _tag(name) for name in names if name.casefold() not in known and _tag(name)}
    cells = {column: named(name) for column, name in here.items()}
    if tags:
        pairs = ", ".join(f"{said(tag)}, {named(name)}" for name, tag in tags.items())
        own = f"coalesce(TRY_CAST({cells['Tags']} AS JSON), '{{}}')" if "Tags" in cells else "'{}'"
        cells["Tags"] = f"CAST(json_merge_patch({own}, json_object({pairs})) AS VARCHAR)"
    ignored = tuple(name for name in names if name.casefold() not in known and name not in tags)
    return _rows(sql, cells, ignored, text=text)


def _mapped(sql: str, names: tuple[str, ...], text: bool, mapping: Mapping) -> Rows:
    wanted = (mapping.date, mapping.cost, mapping.service, mapping.account, mapping.region, *mapping.tags)
    if missing := [name for name in wanted if name and name not in names]:
        raise PayloadInvalid(f"expected the columns {', '.join(missing)}, found {', '.join(names[:20])}")
    day = f"CAST(TRY_CAST({named(mapping.date)} AS TIMESTAMP) AS DATE)"
    month = f"date_trunc('month', {day})"
    cells = {
        "BilledCost": named(mapping.cost),
        "EffectiveCost": named(mapping.cost),
        "BillingCurrency": said(mapping.currency),
        "BillingPeriodStart": f"CAST({month} AS VARCHAR)",
        "BillingPeriodEnd": f"CAST({month} + INTERVAL 1 MONTH AS VARCHAR)",
        "ChargePeriodStart": f"CAST({day} AS VARCHAR)",
        "ChargePeriodEnd": f"CAST({day} + INTERVAL 1 DAY AS VARCHAR)",
        "ChargeCategory": "'Usage'",
        "ProviderName": said(mapping.provider),
        "ServiceName": f"coalesce({named(mapping.service)}, 'other')" if mapping.service else "'other'",
    }
    if mapping.account:
        cells |= {"SubAccountId": named(mapping.account), "SubAccountName": named(mapping.account)}
    if mapping.region:
        cells |= {"RegionId": named(mapping.region), "RegionName": named(mapping.region)}
    if mapping.tags:
        pairs = ", ".join(f"{said(name)}, {named(name)}" for name in mapping.tags)
        cells["Tags"] = f"CAST(json_merge_patch('{{}}', json_object({pairs})) AS VARCHAR)"
    return _rows(sql, cells, tuple(name for name in names if name not in wanted), text=text)


def _rows(sql: str, cells: dict[str, str], ignored: tuple[str, ...], *, text: bool) -> Rows:
    select = ", ".join(f"{cell} AS {named(column)}" for column, cell in cells.items())
    return Rows(f"(SELECT {select} FROM {sql})", frozenset(cells), ignored, text)  # noqa: S608 - quoted names


def _tag(name: str) -> str:
    """Return the key of the tag that a column stands for, empty where it is none."""
    folded = name.casefold()
    prefix = next((each for each in TAG_PREFIXES if folded.startswith(each)), "")
    return name[len(prefix) :].removeprefix("user:").removeprefix("user_") if prefix else ""
