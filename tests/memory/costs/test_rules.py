"""Our rules beside those of the FOCUS validator: the same rows break the same rules."""

import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from memory.costs.categories import SUBCATEGORIES
from memory.costs.columns import COLUMNS, Kind
from memory.costs.importing import take
from memory.costs.rules import flaws
from tests.memory.costs.bills import ABSENT, SAMPLE, row, written

OURS: Final = {
    "{0} of a tax is null": (
        "ListUnitPrice-C-004-C",
        "PricingQuantity-C-004-C",
        "SkuId-C-004-C",
        "SkuPriceId-C-004-C",
    ),
    "{0} of usage and purchases is not null": (
        "ListUnitPrice-C-005-C",
        "ContractedUnitPrice-C-006-C",
        "PricingQuantity-C-005-C",
        "PricingCategory-C-004-C",
        "SkuId-C-005-C",
        "SkuPriceId-C-005-C",
    ),
    "{0} is null where {1} is": (
        "CommitmentDiscountName-C-004-C",
        "CommitmentDiscountType-C-004-C",
        "ConsumedUnit-C-005-C",
        "PricingUnit-C-005-C",
        "RegionName-C-004-C",
        "ResourceType-C-004-C",
        "SkuMeter-C-004-C",
        "SubAccountName-C-004-C",
    ),
    "{0} is there where {1} is": (
        "CommitmentDiscountType-C-005-C",
        "ConsumedUnit-C-006-C",
        "PricingUnit-C-006-C",
        "RegionName-C-005-C",
        "SubAccountName-C-005-C",
    ),
    "ChargeFrequency of a purchase is not Usage-Based": ("ChargeFrequency-C-004-C",),
    "CapacityReservationId is there for what was not used of one": ("CapacityReservationId-C-005-C",),
    "ConsumedQuantity is only there for what was used": ("ConsumedQuantity-C-004-C",),
    "ServiceSubcategory is one of its ServiceCategory": ("ServiceSubcategory-C-004-M",),
    "{0} is never below 0": ("ListUnitPrice-C-008-M", "ContractedUnitPrice-C-009-C"),
}
CELLS: Final = {
    "ChargeCategory": ("Usage", "Purchase", "Tax", "Credit"),
    "ChargeClass": (None, None, "Correction"),
    "ChargeFrequency": ("Usage-Based", "One-Time"),
    "ServiceCategory": ("Compute", "Storage"),
    "ServiceSubcategory": ("Virtual Machines", "Object Storage", None),
    "PricingCategory": ("Standard", None),
    "CommitmentDiscountStatus": (None, "Used", "Unused"),
    "CapacityReservationStatus": (None, "Used", "Unused"),
}


@cache
def model() -> dict[str, Any]:
    path = SAMPLE / "focus_validator" / "model-1.2.json"
    if not path.exists():
        pytest.skip(ABSENT)
    return dict(json.loads(path.read_text())["ModelRules"])


def rows() -> Iterator[dict[str, str | None]]:
    """Yield rows with anything in the cells that rules are about."""
    numbers = random.Random(20261121)  # noqa: S311 - made-up bills
    for _ in range(400):
        yield {
            name: _cell(name, numbers)
            for name in COLUMNS
            if COLUMNS[name].kind is not Kind.TIME and name not in KEPT
        }


KEPT: Final = (
    "BilledCost",
    "EffectiveCost",
    "BillingCurrency",
    "ProviderName",
    "ServiceName",
    "Tags",
    "SkuPriceDetails",
)


def _cell(name: str, numbers: random.Random) -> str | None:
    if name in CELLS:
        return numbers.choice(CELLS[name])
    if COLUMNS[name].kind is Kind.NUMBER:
        return numbers.choice((None, "3", "-2", "0"))
    return numbers.choice((None, "x"))


def holds(rule: dict[str, Any], cells: dict[str, str | None]) -> bool:
    """Return whether a condition of the model is true of a row."""
    if not rule:
        return True
    found = cells.get(rule.get("ColumnName", ""))
    match rule["CheckFunction"]:
        case "AND":
            return all(holds(each, cells) for each in rule["Items"])
        case "OR":
            return any(holds(each, cells) for each in rule["Items"])
        case "CheckValue":
            return bool(found == rule["Value"])
        case "CheckNotValue":
            return bool(found != rule["Value"])
        case "CheckGreaterOrEqualThanValue":
            return found is None or float(found) >= float(rule["Value"])
        case other:
            raise AssertionError(other)


def broken(rule: str, cells: dict[str, str | None]) -> bool:
    criteria = model()[rule]["ValidationCriteria"]
    if rule.startswith("ServiceSubcategory") and cells["ServiceSubcategory"] is None:
        return False  # that it is there at all is another rule
    return holds(criteria["Condition"], cells) and not holds(criteria["Requirement"], cells)


def ours(says: str, rule: str) -> str:
    column = rule.partition("-")[0]
    beside = next(
        (name for name in COLUMNS if f"{column} is null where {name} is" in flaws(frozenset(COLUMNS))), ""
    )
    return says.format(column, beside)


def test_the_same_rows_break_a_rule_as_by_the_validator(tmp_path: Path) -> None:
    made = [row(**each) | {name: value or "" for name, value in each.items()} for each in rows()]
    found = {
        flaw.rule: flaw.rows
        for flaw in take(written(tmp_path / "b.csv", made), tmp_path / "c", tmp_path / "a").flaws
    }
    cells = [{name: value or None for name, value in each.items()} for each in made]
    for says, rules in OURS.items():
        for rule in rules:
            told = ours(says, rule)
            assert told in found, told
            assert found[told] == sum(broken(rule, each) for each in cells), (told, rule)


def test_subcategories_are_those_of_the_specification() -> None:
    items = model()["ServiceSubcategory-C-004-M"]["ValidationCriteria"]["Requirement"]["Items"]
    allowed: dict[str, set[str]] = {}
    for item in items:
        of = {each["ColumnName"]: each["Value"] for each in item["Items"]}
        allowed.setdefault(of["ServiceCategory"], set()).add(of["ServiceSubcategory"])
    assert {name: set(values) for name, values in SUBCATEGORIES.items()} == allowed


def test_a_price_times_a_quantity_is_the_cost_to_the_cent(tmp_path: Path) -> None:
    right = row(ListUnitPrice="0.15", PricingQuantity="10", ListCost="1.50")
    path = written(
        tmp_path / "b.csv",
        [right, right | {"ListCost": "1.52"}, right | {"ListCost": "9", "ChargeClass": "Correction"}],
    )
    told = {flaw.rule: flaw.rows for flaw in take(path, tmp_path / "c", tmp_path / "a").flaws}
    assert told["ListUnitPrice times PricingQuantity is ListCost"] == 1


def test_a_currency_of_no_nation_is_counted_and_told(tmp_path: Path) -> None:
    path = written(tmp_path / "b.csv", [row(), row(BillingCurrency="ZZZ")])
    found = take(path, tmp_path / "c", tmp_path / "a")
    assert found.rows == 2
    assert {flaw.rule: flaw.rows for flaw in found.flaws} == {"BillingCurrency is a national currency": 1}


def test_every_rule_can_be_asked_of_a_file_that_has_every_column() -> None:
    typed = ", ".join(f"CAST(NULL AS {column.kind}) AS {name}" for name, column in COLUMNS.items())
    asked = ", ".join(f"count(*) FILTER (WHERE {rule})" for rule in flaws(frozenset(COLUMNS)).values())
    more = ", ".join(f"false AS {name}Broken" for name, column in COLUMNS.items() if column.kind is Kind.TAGS)
    [counts] = duckdb.connect().execute(f"SELECT {asked} FROM (SELECT {typed}, {more})").fetchall()  # noqa: S608 - names of ours
    assert len(counts) > 70
