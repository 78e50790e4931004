"""Which rows cannot be counted, and which rules of FOCUS the others break.

A row is set aside only where counting it would be guessing: no readable amount, no currency, no period, nobody who
charges. Whatever else is wrong with a row is counted as a flaw, and its money as money.

Source: the rules of FOCUS 1.2 that can be told from single rows, by their ids in
https://github.com/finopsfoundation/focus-spec-validator.
"""

from collections.abc import Iterator
from typing import Final

from memory.costs.categories import CURRENCIES, SUBCATEGORIES
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

_USED: Final = "ChargeCategory IN ('Usage', 'Purchase') AND ChargeClass IS NULL"
_PRICED: Final = (
    "ListUnitPrice",
    "ContractedUnitPrice",
    "PricingQuantity",
    "PricingCategory",
    "PricingCurrencyListUnitPrice",
    "SkuId",
    "SkuPriceId",
)
"""What a tax has none of, and usage and purchases always have, but for corrections."""
_BESIDE: Final = (
    ("BillingAccountType", "BillingAccountId"),
    ("CommitmentDiscountCategory", "CommitmentDiscountId"),
    ("CommitmentDiscountType", "CommitmentDiscountId"),
    ("CommitmentDiscountUnit", "CommitmentDiscountQuantity"),
    ("ConsumedUnit", "ConsumedQuantity"),
    ("PricingUnit", "PricingQuantity"),
    ("RegionName", "RegionId"),
    ("ResourceType", "ResourceId"),
    ("SubAccountName", "SubAccountId"),
    ("SubAccountType", "SubAccountId"),
)
"""The first is there exactly where the second is."""
_ONLY_BESIDE: Final = (
    ("CapacityReservationStatus", "CapacityReservationId"),
    ("CommitmentDiscountName", "CommitmentDiscountId"),
    ("CommitmentDiscountStatus", "CommitmentDiscountId"),
    ("ResourceName", "ResourceId"),
    ("SkuMeter", "SkuId"),
    ("SkuPriceDetails", "SkuPriceId"),
)
"""The first is only there where the second is."""
_NEVER_BELOW_ZERO: Final = (
    "ContractedUnitPrice",
    "ListUnitPrice",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyListUnitPrice",
)
_PRODUCTS: Final = (("ListUnitPrice", "ListCost"), ("ContractedUnitPrice", "ContractedCost"))
_OTHERS: Final = (
    (
        "ChargeFrequency of a purchase is not Usage-Based",
        "ChargeCategory = 'Purchase' AND ChargeFrequency = 'Usage-Based'",
    ),
    (
        "ConsumedQuantity is only there for what was used",
        "ConsumedQuantity IS NOT NULL AND (ChargeCategory <> 'Usage' OR CommitmentDiscountStatus = 'Unused')",
    ),
    (
        "ConsumedQuantity is there for what was used",
        (
            "ConsumedQuantity IS NULL AND ChargeCategory = 'Usage' AND ChargeClass IS NULL "
            "AND CommitmentDiscountStatus IS DISTINCT FROM 'Unused'"
        ),
    ),
    (
        "CommitmentDiscountStatus is there for usage with a commitment",
        "CommitmentDiscountStatus IS NULL AND CommitmentDiscountId IS NOT NULL AND ChargeCategory = 'Usage'",
    ),
    (
        "CommitmentDiscountQuantity is there for usage and purchase of a commitment",
        f"CommitmentDiscountQuantity IS NULL AND CommitmentDiscountId IS NOT NULL AND {_USED}",
    ),
    (
        "CommitmentDiscountQuantity is only there for usage and purchase of a commitment",
        (
            "CommitmentDiscountQuantity IS NOT NULL "
            "AND (CommitmentDiscountId IS NULL OR ChargeCategory NOT IN ('Usage', 'Purchase'))"
        ),
    ),
    (
        "CapacityReservationStatus is there for usage of a reservation",
        "CapacityReservationStatus IS NULL AND CapacityReservationId IS NOT NULL AND ChargeCategory = 'Usage'",
    ),
    (
        "CapacityReservationId is there for what was not used of one",
        "CapacityReservationId IS NULL AND CapacityReservationStatus = 'Unused'",
    ),
    (
        "EffectiveCost of the purchase of a commitment is 0",
        "ChargeCategory = 'Purchase' AND CommitmentDiscountId IS NOT NULL AND EffectiveCost <> 0",
    ),
    (
        "ServiceSubcategory is one of its ServiceCategory",
        "ServiceSubcategory IS NOT NULL AND NOT coalesce(list_contains(CASE ServiceCategory "
        + " ".join(f"WHEN '{name}' THEN {list(values)}" for name, values in SUBCATEGORIES.items())
        + " END, ServiceSubcategory), false)",
    ),
    ("BillingCurrency is a national currency", f"BillingCurrency NOT IN {CURRENCIES}"),
)


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
    found = dict(_of_columns(there)) | dict(_of_pairs(there))
    for says, when in _OTHERS:
        if all(name in there or name not in when for name in COLUMNS if name != "ChargeClass"):
            found[says] = when
    found["a charge lies within its billing period"] = (
        "(ChargePeriodStart < BillingPeriodStart OR ChargePeriodEnd > BillingPeriodEnd) AND ChargeClass IS NULL"
    )
    return found


def _of_columns(there: frozenset[str]) -> Iterator[tuple[str, str]]:
    for name, column in COLUMNS.items():
        if name not in there:
            continue
        if column.required and name not in VITAL:
            yield f"{name} is never null", f"{name} IS NULL"
        if column.values and name not in VITAL:
            allowed = ", ".join(f"'{value}'" for value in column.values)
            yield f"{name} is one of {len(column.values)} values", f"{name} NOT IN ({allowed})"
        if column.kind is Kind.TAGS:
            yield f"{name} is an object", broken(name)
        if name in _PRICED:
            yield f"{name} of a tax is null", f"{name} IS NOT NULL AND ChargeCategory = 'Tax'"
            yield f"{name} of usage and purchases is not null", f"{name} IS NULL AND {_USED}"
        if name in _NEVER_BELOW_ZERO:
            yield f"{name} is never below 0", f"{name} < 0"


def _of_pairs(there: frozenset[str]) -> Iterator[tuple[str, str]]:
    for name, beside in (*_BESIDE, *_ONLY_BESIDE):
        if {name, beside} <= there:
            yield f"{name} is null where {beside} is", f"{name} IS NOT NULL AND {beside} IS NULL"
            if (name, beside) in _BESIDE:
                yield f"{name} is there where {beside} is", f"{name} IS NULL AND {beside} IS NOT NULL"
    for price, cost in _PRODUCTS:
        if {price, cost, "PricingQuantity"} <= there:  # to the cent, and to what a price is rounded to
            product = f"CAST({price} AS DOUBLE) * CAST(PricingQuantity AS DOUBLE)"
            apart = f"abs({product} - CAST({cost} AS DOUBLE))"
            yield (
                f"{price} times PricingQuantity is {cost}",
                f"{apart} > greatest(0.01, abs(CAST({cost} AS DOUBLE)) / 1000) AND ChargeClass IS NULL",
            )
