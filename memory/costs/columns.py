"""What FOCUS says of each column: its kind, whether a row may go without it, and the values it may have.

Source: the FinOps Open Cost and Usage Specification 1.0 to 1.2, https://focus.finops.org/focus-specification/.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a column holds, by the type it has in DuckDB."""

    TEXT = "VARCHAR"
    NUMBER = "DECIMAL(38, 18)"  # money, prices and quantities: exact, eighteen places after the point
    TIME = "TIMESTAMP"  # in UTC
    TAGS = "JSON"  # an object of text to text


@dataclass(frozen=True)
class Column:
    """One column. `vital`: without it a row cannot be counted. `required`: FOCUS forbids it to be null."""

    name: str
    kind: Kind = Kind.TEXT
    vital: bool = False
    required: bool = False
    values: tuple[str, ...] = ()


CHARGE_CATEGORIES: Final = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")
SERVICE_CATEGORIES: Final = (
    "AI and Machine Learning",
    "Analytics",
    "Business Applications",
    "Compute",
    "Databases",
    "Developer Tools",
    "Identity",
    "Integration",
    "Internet of Things",
    "Management and Governance",
    "Media",
    "Migration",
    "Mobile",
    "Multicloud",
    "Networking",
    "Other",
    "Security",
    "Storage",
    "Web",
)

_COLUMNS: Final = (
    Column("AvailabilityZone"),
    Column("BilledCost", Kind.NUMBER, vital=True, required=True),
    Column("BillingAccountId", required=True),
    Column("BillingAccountName"),
    Column("BillingAccountType"),
    Column("BillingCurrency", vital=True, required=True),
    Column("BillingPeriodEnd", Kind.TIME, vital=True, required=True),
    Column("BillingPeriodStart", Kind.TIME, vital=True, required=True),
    Column("CapacityReservationId"),
    Column("CapacityReservationStatus", values=("Used", "Unused")),
    Column("ChargeCategory", vital=True, required=True, values=CHARGE_CATEGORIES),
    Column("ChargeClass", values=("Correction",)),
    Column("ChargeDescription"),
    Column("ChargeFrequency", required=True, values=("One-Time", "Recurring", "Usage-Based")),
    Column("ChargePeriodEnd", Kind.TIME, vital=True, required=True),
    Column("ChargePeriodStart", Kind.TIME, vital=True, required=True),
    Column("CommitmentDiscountCategory", values=("Spend", "Usage")),
    Column("CommitmentDiscountId"),
    Column("CommitmentDiscountName"),
    Column("CommitmentDiscountQuantity", Kind.NUMBER),
    Column("CommitmentDiscountStatus", values=("Used", "Unused")),
    Column("CommitmentDiscountType"),
    Column("CommitmentDiscountUnit"),
    Column("ConsumedQuantity", Kind.NUMBER),
    Column("ConsumedUnit"),
    Column("ContractedCost", Kind.NUMBER, required=True),
    Column("ContractedUnitPrice", Kind.NUMBER),
    Column("EffectiveCost", Kind.NUMBER, vital=True, required=True),
    Column("InvoiceId"),
    Column("InvoiceIssuerName", required=True),
    Column("ListCost", Kind.NUMBER, required=True),
    Column("ListUnitPrice", Kind.NUMBER),
    Column("PricingCategory", values=("Standard", "Dynamic", "Committed", "Other")),
    Column("PricingCurrency"),
    Column("PricingCurrencyContractedUnitPrice", Kind.NUMBER),
    Column("PricingCurrencyEffectiveCost", Kind.NUMBER),
    Column("PricingCurrencyListUnitPrice", Kind.NUMBER),
    Column("PricingQuantity", Kind.NUMBER),
    Column("PricingUnit"),
    Column("ProviderName", vital=True, required=True),
    Column("PublisherName", required=True),
    Column("RegionId"),
    Column("RegionName"),
    Column("ResourceId"),
    Column("ResourceName"),
    Column("ResourceType"),
    Column("ServiceCategory", required=True, values=SERVICE_CATEGORIES),
    Column("ServiceName", vital=True, required=True),
    Column("ServiceSubcategory"),
    Column("SkuId"),
    Column("SkuMeter"),
    Column("SkuPriceDetails", Kind.TAGS),
    Column("SkuPriceId"),
    Column("SubAccountId"),
    Column("SubAccountName"),
    Column("SubAccountType"),
    Column("Tags", Kind.TAGS),
)

COLUMNS: Final = {column.name: column for column in _COLUMNS}
VITAL: Final = tuple(column.name for column in _COLUMNS if column.vital)
MONEY: Final = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
