"""A file of bills: every row is counted or set aside with its reason, or the whole file is refused."""

import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest

from memory.costs.columns import COLUMNS, VITAL
from memory.costs.importing import Taken, take
from memory.costs.sources import Mapping
from memory.errors import PayloadInvalid
from tests.memory.costs.bills import ABSENT, SAMPLE, money, row, written, year


def taken(path: Path, mapping: Mapping | None = None) -> Taken:
    return take(path, path.parent / "mart" / "counted.parquet", path.parent / "mart" / "aside.parquet", mapping)


def aside(path: Path) -> list[tuple[str, str]]:
    import duckdb

    found = duckdb.connect().execute("SELECT reason, stood FROM read_parquet(?)", [str(path)])
    return [(str(why), str(stood)) for why, stood in found.fetchall()]


@pytest.mark.skipif(not SAMPLE.exists(), reason=ABSENT)
def test_a_real_export_adds_up_to_what_was_billed(tmp_path: Path) -> None:
    sample = tmp_path / "sample.csv"
    sample.write_bytes((SAMPLE / "focus" / "focus_sample_1000.csv").read_bytes())
    found = taken(sample)
    assert (found.rows, found.aside, found.ignored) == (1000, (), ("Id",))
    [total] = found.totals
    assert total.currency == "USD"
    assert round(total.billed, 6) == Decimal("20.520227")


@pytest.mark.skipif(not SAMPLE.exists(), reason=ABSENT)
def test_the_columns_and_their_values_are_those_of_the_specification() -> None:
    rules = json.loads((SAMPLE / "focus_validator" / "model-1.2.json").read_text())["ModelRules"]
    assert {key.split("-")[0] for key, rule in rules.items() if rule["EntityType"] == "Column"} == set(COLUMNS)
    for name in ("ChargeCategory", "ChargeFrequency", "ServiceCategory", "ChargeClass"):
        assert set(COLUMNS[name].values) == allowed(rules, name)
    for name in VITAL:
        assert COLUMNS[name].required


def allowed(rules: dict[str, object], column: str) -> set[str]:
    """Return the values that the rules of a column compare it with."""
    found: set[str] = set()

    def walk(rule: object) -> None:
        if isinstance(rule, dict):
            if rule.get("CheckFunction") == "CheckValue" and rule["ColumnName"] == column and rule["Value"]:
                found.add(rule["Value"])
            for part in rule.values():
                walk(part)
        elif isinstance(rule, list):
            for part in rule:
                walk(part)

    for key, rule in rules.items():
        if key.startswith(f"{column}-"):
            walk(rule)
    return found


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"BilledCost": None}, "no-billed-cost"),
        ({"BilledCost": "a lot"}, "no-billed-cost"),
        ({"EffectiveCost": "NaN"}, "no-effective-cost"),
        ({"BillingCurrency": "dollars"}, "currency"),
        ({"BillingCurrency": None}, "currency"),
        ({"ChargeCategory": "Gift"}, "charge-category"),
        ({"ChargePeriodEnd": "2025-11-03T00:00:00Z"}, "charge-period"),
        ({"ChargePeriodStart": "31/11/2025"}, "charge-period"),
        ({"BillingPeriodStart": "soon"}, "billing-period"),
        ({"ProviderName": None}, "no-provider"),
        ({"ServiceName": None}, "no-service"),
    ],
)
def test_a_row_that_cannot_be_counted_is_set_aside_with_its_reason(
    tmp_path: Path, changes: dict[str, str | None], reason: str
) -> None:
    path = written(tmp_path / "bills.csv", [row(), row(**changes), row(BilledCost="-3")])
    found = taken(path)
    assert found.rows == 2
    assert [(each.reason, each.rows) for each in found.aside] == [(reason, 1)]
    assert found.totals[0].billed == Decimal("-1.75")
    [(why, stood)] = aside(tmp_path / "mart" / "aside.parquet")
    assert why == reason
    assert {name: value or "" for name, value in json.loads(stood).items()} == row(**changes)


def test_what_else_is_wrong_with_a_row_is_told_and_its_money_counted(tmp_path: Path) -> None:
    path = written(
        tmp_path / "bills.csv",
        [row(Tags="{broken", ServiceCategory="Magic", ListCost=None), row(ChargePeriodEnd="2026-01-01T00:00:00Z")],
    )
    found = taken(path)
    assert found.rows == 2
    assert {flaw.rule: flaw.rows for flaw in found.flaws} == {
        "ListCost is never null": 1,
        "ServiceCategory is one of 19 values": 1,
        "Tags is an object": 1,
        "a charge lies within its billing period": 1,
    }


def test_a_line_with_too_few_cells_is_set_aside_and_the_rest_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "bills.csv", [row(), row()])
    head, first, second = path.read_text().splitlines()
    path.write_text(f"{head}\n{first}\n1.25,1.00\n{second}\n")
    found = taken(path)
    assert (found.rows, [(each.reason, each.rows) for each in found.aside]) == (2, [("unreadable-line", 1)])
    assert aside(tmp_path / "mart" / "aside.parquet") == [("unreadable-line", "1.25,1.00")]


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_that_is_half_written_is_not_taken_at_all(tmp_path: Path, zipped: bool) -> None:
    whole = written(tmp_path / "whole.csv", [row() for _ in range(2000)]).read_bytes()
    path = tmp_path / "half.csv"
    path.write_bytes(gzip.compress(whole)[:-200] if zipped else whole[:-100])
    with pytest.raises(PayloadInvalid, match="whole"):
        taken(path)
    assert list((tmp_path / "mart").iterdir()) == []


@pytest.mark.parametrize("how", ["gzip", "parquet", "semicolons", "byte order mark"])
def test_the_same_bills_add_up_alike_however_they_are_written(tmp_path: Path, how: str) -> None:
    rows = list(year())[:500]
    plain = written(tmp_path / "bills.csv", rows)
    other = tmp_path / "other"
    if how == "gzip":
        other.write_bytes(gzip.compress(plain.read_bytes()))
    elif how == "parquet":
        import duckdb

        duckdb.connect().read_csv(str(plain)).write_parquet(str(other))
    elif how == "semicolons":
        lines = [";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in each.values()) for each in rows]
        other.write_text("\n".join([";".join(rows[0]), *lines]) + "\n")
    else:
        other.write_bytes(b"\xef\xbb\xbf" + plain.read_bytes())
    first, second = taken(plain), taken(other)
    assert first == second
    assert sum(total.billed for total in first.totals) == sum(money(each["BilledCost"]) for each in rows)


def test_a_time_in_another_zone_is_the_same_moment(tmp_path: Path) -> None:
    found = taken(written(tmp_path / "bills.csv", [row(ChargePeriodStart="2025-11-03T02:00:00+02:00")]))
    assert found.first is not None
    assert found.first.isoformat() == "2025-11-03T00:00:00+00:00"


def test_a_hundred_columns_of_tags_become_tags(tmp_path: Path) -> None:
    import duckdb

    tagged = row(Tags='{"owner": "ann"}') | {f"x_tag_t{number}": f"v{number}" for number in range(100)}
    found = taken(written(tmp_path / "bills.csv", [tagged | {"x_tag_t7": "", "x_Other": "1"}]))
    assert found.ignored == ("x_Other",)
    [(told,)] = (
        duckdb.connect()
        .execute("SELECT Tags FROM read_parquet(?)", [str(tmp_path / "mart" / "counted.parquet")])
        .fetchall()
    )
    expected = {"owner": "ann"} | {f"t{number}": f"v{number}" for number in range(100) if number != 7}
    assert json.loads(told) == expected


def test_another_table_is_refused_and_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("date,amount\n2025-11-01,3\n")
    with pytest.raises(PayloadInvalid, match="found none named BilledCost"):
        taken(path)


def test_a_plain_table_is_read_by_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("day,amount,what,team\n2025-11-01,3.10,vm,payments\n2025-12-31,0.20,,\nnever,1,vm,\n")
    mapping = Mapping(date="day", cost="amount", currency="EUR", service="what", tags=("team",))
    found = taken(path, mapping)
    assert (found.rows, [each.reason for each in found.aside]) == (2, ["charge-period"])
    assert (found.totals[0].currency, found.totals[0].billed) == ("EUR", Decimal("3.30"))
    with pytest.raises(PayloadInvalid, match="expected the columns money"):
        taken(path, Mapping(date="day", cost="money", currency="EUR"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "named columns"),
        (b"\xff\xfe\x00garbage", "UTF-8"),
        (b"PAR1 nonsense", "Parquet"),
        (b"\x1f\x8bnonsense", "whole"),
        (b"BilledCost,billedcost\n1,2\n", "once"),
    ],
)
def test_a_file_that_is_no_table_says_so(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(PayloadInvalid, match=says):
        taken(path)
