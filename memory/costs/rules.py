"""Which rows cannot be counted, and which rules of FOCUS the others break.

A row is set aside only where counting it would be guessing: no readable amount, no currency, no period, nobody who
charges. Whatever else is wrong with a row is counted as a flaw, and its money as money.
"""

from typing import Final

from memory.costs.columns import COLUMNS, VITAL, Kind

# In this order: a row is set aside for the first reason that holds.
REASONS: Final = {
    "no-billed-cost": "BilledCost IS NULL",
    "no-effective-cost": "EffectiveCost IS NULL",
    "currency": "BillingCurrency IS NULL OR NOT regexp_full_match(BillingCurrency, '[A-Z]{3}')",
    "charge-category": "ChargeCategory IS NULL OR ChargeCategory NOT IN ({})".format(
        ", ".join(f"'{value}'" for value in COLUMNS["ChargeCategory"].values)
    ),
    "charge-period": "coalesce(ChargePeriodEnd <= ChargePeriodStart, true)",
    "billing-period": "coalesce(BillingPeriodEnd <= BillingPeriodStart, true)",
    "no-provider": "ProviderName IS NULL",
    "no-service": "ServiceName IS NULL",
}
UNREADABLE: Final = "unreadable-line"
"""The reason of a line that is no row of this table: too few cells or too many, or a quote that never closes."""


def is_object(name: str) -> str:
    """Return SQL that says whether a text is a JSON object."""
    return f"coalesce(json_type(TRY_CAST({name} AS JSON)), '') = 'OBJECT'"


def broken(name: str) -> str:
    """Return the name of the column that says that what stood in another was no JSON object."""
    return f"{name}Broken"


def reason() -> str:
    """Return SQL that gives the reason to set a typed row aside, NULL where there is none."""
    return "CASE " + " ".join(f"WHEN {when} THEN '{name}'" for name, when in REASONS.items()) + " END"


def flaws(there: frozenset[str]) -> dict[str, str]:
    """Return, by what a rule says, SQL that is true of rows that break it; only for columns there are."""
    found = {}
    for name, column in COLUMNS.items():
        if name not in there:
            continue
        if column.required and name not in VITAL:
            found[f"{name} is never null"] = f"{name} IS NULL"
        if column.values and name not in VITAL:
            allowed = ", ".join(f"'{value}'" for value in column.values)
            found[f"{name} is one of {len(column.values)} values"] = f"{name} NOT IN ({allowed})"
        if column.kind is Kind.TAGS:
            found[f"{name} is an object"] = broken(name)
    found["a charge lies within its billing period"] = (
        "(ChargePeriodStart < BillingPeriodStart OR ChargePeriodEnd > BillingPeriodEnd)"
        + (" AND ChargeClass IS NULL" if "ChargeClass" in there else "")
    )
    return found
