"""Usage to take away: CSV, JSON lines, and a bill in FOCUS 1.2 that our own mart reads. Pure.

The bill has a row a day, person, surface, purpose and model. Calls without a price are not on it: they cost nobody
nothing, nobody knows what. Money is written exactly, as a decimal without an exponent.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from bot.usage_limits import next_month
from memory.model.usage import UsageFact, UsageKind

COLUMNS: Final = tuple(UsageFact.model_fields)
FOCUS_COLUMNS: Final = (
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "SkuId",
    "Tags",
)
SERVICE: Final = "Quarterdeck"


def plain(amount: Decimal) -> str:
    """Return a decimal without an exponent."""
    return f"{amount:f}"


def csv_lines(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def cells(fact: UsageFact) -> list[object]:
    """Return a fact as the cells of a row; a cost nobody knows is empty."""
    values = {**fact.model_dump(mode="json"), "cost": "" if fact.cost is None else plain(fact.cost)}
    return [values[name] for name in COLUMNS]


def json_line(fact: UsageFact) -> str:
    """Return a fact as a line of JSON; money is text, so that nobody reads it as a float."""
    values = fact.model_dump(mode="json")
    values["cost"] = None if fact.cost is None else plain(fact.cost)
    return json.dumps(values, ensure_ascii=False) + "\n"


@dataclass(frozen=True, order=True)
class _Key:
    day: date
    kind: str
    provider: str
    name: str
    person: str
    surface: str
    purpose: str
    currency: str


@dataclass
class Bill:
    """Adds facts up to the rows of a bill."""

    tenant: str
    _sums: dict[_Key, tuple[Decimal, int]] = field(default_factory=dict)

    def add(self, fact: UsageFact) -> None:
        """Add a fact; one without a price, or that costs nothing, is no part of a bill."""
        if not fact.cost:
            return
        key = _Key(
            fact.at.astimezone(UTC).date(),
            fact.kind.value,
            fact.provider,
            fact.name,
            fact.person,
            fact.surface,
            fact.purpose,
            fact.currency,
        )
        cost, used = self._sums.get(key, (Decimal(0), 0))
        tokens = fact.input_tokens + fact.output_tokens
        self._sums[key] = (cost + fact.cost, used + (tokens if fact.kind is UsageKind.MODEL else 1))

    def rows(self) -> Iterable[list[object]]:
        """Return the rows, in the order of their days."""
        for key in sorted(self._sums):
            cost, used = self._sums[key]
            yield _row(self.tenant, key, cost, used)


def _row(tenant: str, key: _Key, cost: Decimal, used: int) -> list[object]:
    begins = datetime(key.day.year, key.day.month, key.day.day, tzinfo=UTC)
    money, model = plain(cost), key.kind == UsageKind.MODEL.value
    unit = "Tokens" if model else "Calls"
    tags = {name: value for name in ("person", "surface", "purpose") if (value := getattr(key, name))}
    values: dict[str, object] = {
        **dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), money),
        **dict.fromkeys(("ConsumedQuantity", "PricingQuantity"), used),
        **dict.fromkeys(("ConsumedUnit", "PricingUnit"), unit),
        **dict.fromkeys(("InvoiceIssuerName", "ProviderName", "ServiceName"), SERVICE),
        **dict.fromkeys(("ResourceId", "ResourceName", "SkuId"), key.name),
        **dict.fromkeys(("BillingAccountId", "BillingAccountName"), tenant),
        "BillingCurrency": key.currency,
        "BillingPeriodStart": _moment(begins.replace(day=1)),
        "BillingPeriodEnd": _moment(next_month(begins)),
        "ChargeCategory": "Usage",
        "ChargeDescription": f"{'Tokens of' if model else 'Calls of'} {key.name}",
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodStart": _moment(begins),
        "ChargePeriodEnd": _moment(begins + timedelta(days=1)),
        "PricingCategory": "Standard",
        "PublisherName": key.provider or SERVICE,
        "ResourceType": "Language model" if model else "Tool",
        "ServiceCategory": "AI and Machine Learning",
        "Tags": json.dumps(tags, ensure_ascii=False),
    }
    return [values[name] for name in FOCUS_COLUMNS]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
