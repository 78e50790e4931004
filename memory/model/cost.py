"""What was billed: the files it came in, what is asked of them, and what they answer."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from memory.model.value import Digest, Identifier, Index, Moment, Value


class Delivery(StrEnum):
    """How a source of bills delivers: only what is new, or all there is of a billing period, again and again."""

    APPEND = "append"
    SNAPSHOT = "snapshot"


class Total(Value):
    """Money in one currency. Two currencies are never added."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    billed: Decimal
    effective: Decimal


class Aside(Value):
    """Rows that could not be counted, why, and the first of them as it stood in the file."""

    reason: Identifier
    rows: Index
    example: str = Field(default="", max_length=500)


class Flaw(Value):
    """A rule of FOCUS that rows break which are counted all the same."""

    rule: str = Field(max_length=120)
    rows: Index


class CostFile(Value):
    """One file of bills as it was taken in. `rows` are counted; those set aside are in the file beside it."""

    tenant: Identifier
    source: Identifier
    name: str = Field(min_length=1, max_length=500)  # within its source
    digest: Digest  # of its bytes
    imported_at: Moment
    rows: Index
    aside: tuple[Aside, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    ignored: tuple[str, ...] = ()  # columns that were not kept
    totals: tuple[Total, ...] = ()
    first: Moment | None = None  # start of the first charge
    last: Moment | None = None  # end of the last
    periods: tuple[date, ...] = ()  # first days of the billing periods


class Measure(StrEnum):
    """What is added up: which money, or which quantity, by its column in FOCUS."""

    BILLED = "BilledCost"  # what stands on the invoice
    EFFECTIVE = "EffectiveCost"  # with what was paid beforehand spread over its use
    LIST = "ListCost"
    CONTRACTED = "ContractedCost"
    CONSUMED = "ConsumedQuantity"  # no money: how much was used, in units that are told apart
    PRICED = "PricingQuantity"  # likewise, in the units that are priced
    COMMITTED = "CommitmentDiscountQuantity"  # likewise, in the units of commitments
    IN_PRICING_CURRENCY = "PricingCurrencyEffectiveCost"  # money or virtual money, told apart by PricingCurrency


class Dimension(StrEnum):
    """What costs are told apart by; a tag is told by `CostField.tag`."""

    PROVIDER = "ProviderName"
    PUBLISHER = "PublisherName"
    ISSUER = "InvoiceIssuerName"
    BILLING_ACCOUNT = "BillingAccountName"
    BILLING_ACCOUNT_ID = "BillingAccountId"
    BILLING_ACCOUNT_KIND = "BillingAccountType"
    BILLING_PERIOD = "BillingPeriod"  # the month of the invoice, as 2026-11
    ACCOUNT = "SubAccountName"
    ACCOUNT_ID = "SubAccountId"
    ACCOUNT_KIND = "SubAccountType"
    SERVICE = "ServiceName"
    CATEGORY = "ServiceCategory"
    SUBCATEGORY = "ServiceSubcategory"
    REGION = "RegionId"
    REGION_NAME = "RegionName"
    ZONE = "AvailabilityZone"
    RESOURCE = "ResourceId"
    RESOURCE_NAME = "ResourceName"
    RESOURCE_TYPE = "ResourceType"
    SKU = "SkuId"
    SKU_PRICE = "SkuPriceId"
    METER = "SkuMeter"
    INSTANCE_TYPE = "InstanceType"  # from here on what SkuPriceDetails say
    INSTANCE_SERIES = "InstanceSeries"
    CORES = "CoreCount"
    GPUS = "GpuCount"
    MEMORY = "MemorySize"
    DISK = "DiskType"
    STORAGE_CLASS = "StorageClass"
    OPERATING_SYSTEM = "OperatingSystem"
    REDUNDANCY = "Redundancy"
    CHARGE = "ChargeCategory"
    CHARGE_CLASS = "ChargeClass"
    FREQUENCY = "ChargeFrequency"
    DESCRIPTION = "ChargeDescription"
    PRICING = "PricingCategory"
    COMMITMENT = "CommitmentDiscountId"
    COMMITMENT_NAME = "CommitmentDiscountName"
    COMMITMENT_CATEGORY = "CommitmentDiscountCategory"
    COMMITMENT_KIND = "CommitmentDiscountType"
    COMMITMENT_STATUS = "CommitmentDiscountStatus"
    COMMITMENT_UNIT = "CommitmentDiscountUnit"
    UNIT = "ConsumedUnit"
    PRICING_UNIT = "PricingUnit"
    INVOICE = "InvoiceId"
    CURRENCY = "BillingCurrency"
    PRICING_CURRENCY = "PricingCurrency"
    CAPACITY = "CapacityReservationId"
    CAPACITY_STATUS = "CapacityReservationStatus"
    TAGS = "Tags"  # all of them as they stand; missing where there is none
    WEEKDAY = "Weekday"  # Monday to Sunday, in UTC as all that follow
    WEEK_PART = "WeekPart"  # weekday or weekend
    HOUR = "HourOfDay"  # 00:00 to 23:00, of what is charged by the hour
    DAY_PART = "DayPart"  # night (22:00 to 06:00) or day, likewise
    OFFICE = "WorkingHours"  # inside or outside 09:00 to 17:00, likewise


class Grain(StrEnum):
    """How finely time is told apart."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class CostField(Value):
    """A dimension, or a tag by its key."""

    dimension: Dimension | None = None
    tag: str = Field(default="", max_length=256)

    def label(self) -> str:
        """Return how a heading names it."""
        return f"tag {self.tag}" if self.tag else str(self.dimension)


class Match(StrEnum):
    """How a filter compares. Case does not matter to any of them."""

    IS = "is"
    IS_NOT = "is not"
    CONTAINS = "contains"
    MISSING = "is missing"
    THERE = "is there"


class CostFilter(Value):
    """Rows are kept where the field matches one of the values."""

    field: CostField
    match: Match = Match.IS
    values: tuple[str, ...] = ()


class Way(StrEnum):
    """On which side of a bound a sum is."""

    MORE = ">"
    LEAST = ">="
    LESS = "<"
    MOST = "<="


class Bound(Value):
    """What the sum of a group has to be for the group to be told at all, in the currency of the group."""

    way: Way
    at: Decimal = Field(max_digits=30, decimal_places=12)


class CostQuery(Value):
    """A question about costs, read-only by its form. `until` is excluded; both are moments in UTC.

    Costs are told apart by currency always, by `by` and `grain` where given; the largest come first, `top` of
    them, and the rest is one line. Groups whose sum is not within the `bounds` are left out before that.
    """

    since: Moment
    until: Moment
    measure: Measure = Measure.EFFECTIVE
    by: tuple[CostField, ...] = Field(default=(), max_length=3)
    grain: Grain | None = None
    filters: tuple[CostFilter, ...] = Field(default=(), max_length=20)
    hours: tuple[int, ...] = ()  # of the day in UTC, of what is charged by the hour
    weekdays: tuple[int, ...] = ()  # Monday is 1, where only those are asked for
    bounds: tuple[Bound, ...] = Field(default=(), max_length=2)
    top: int | None = Field(default=None, ge=1, le=1000)


class CostLine(Value):
    """One line of an answer. `at` starts the hour, day, week or month; a missing value is the empty text."""

    currency: str
    keys: tuple[str, ...] = ()
    at: Moment | None = None
    cost: Decimal
    rows: Index
    rest: bool = False  # everything beyond the top


class DailyCost(Value):
    """What one day cost, in UTC."""

    day: date
    cost: Decimal


class CostSeries(Value):
    """The days of one group in one currency, in order.

    A day on which that currency was billed at all but not this group costs nothing and is there; a day nothing
    was billed on is missing, since it may only not have come yet.
    """

    currency: str
    keys: tuple[str, ...] = ()
    days: tuple[DailyCost, ...] = ()


class Driver(StrEnum):
    """Why a cost changed."""

    PRICE = "price"
    USAGE = "usage"
    NEW = "new"
    GONE = "gone"
    CREDITS = "credits"  # and refunds, taxes, corrections
    OTHER = "other"  # charges without a quantity to tell price from usage by


class Change(Value):
    """How much of a change one driver made, in one group. All changes of a currency add up to the difference."""

    currency: str
    key: str
    driver: Driver
    before: Decimal
    after: Decimal
    amount: Decimal
