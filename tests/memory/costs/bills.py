"""Bills made for tests: a year of three clouds, by a rule, and files with whatever is wrong with them."""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]
SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "billing"
ABSENT = "the public bills are not there: expected the folder ../shared/data/billing beside the repository"
START = datetime(2025, 11, 1, tzinfo=UTC)
SERVICES = {
    "AWS": (("Amazon Elastic Compute Cloud", "Compute"), ("Amazon Simple Storage Service", "Storage")),
    "Microsoft": (("Virtual Machines", "Compute"), ("Azure SQL Database", "Databases")),
    "Google Cloud": (("Compute Engine", "Compute"), ("Cloud Storage", "Storage")),
}
CURRENCY = {"AWS": "USD", "Microsoft": "EUR", "Google Cloud": "USD"}
REGIONS = ("eu-west-1", "us-east-1")
TEAMS = ("payments", "search", None)


def row(**changes: str | None) -> Row:
    """Return one FOCUS row that is right, with changes; None leaves a cell empty."""
    made: dict[str, str | None] = {
        "BilledCost": "1.25",
        "EffectiveCost": "1.00",
        "ListCost": "1.50",
        "ContractedCost": "1.25",
        "BillingAccountId": "b-1",
        "BillingCurrency": "USD",
        "BillingPeriodStart": "2025-11-01T00:00:00Z",
        "BillingPeriodEnd": "2025-12-01T00:00:00Z",
        "ChargePeriodStart": "2025-11-03T00:00:00Z",
        "ChargePeriodEnd": "2025-11-04T00:00:00Z",
        "ChargeCategory": "Usage",
        "ChargeClass": None,
        "ChargeFrequency": "Usage-Based",
        "InvoiceIssuerName": "Amazon Web Services, Inc.",
        "ProviderName": "AWS",
        "PublisherName": "Amazon Web Services, Inc.",
        "ServiceCategory": "Compute",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "SkuId": "sku-1",
        "SkuPriceId": "price-1",
        "PricingQuantity": "10",
        "PricingUnit": "Hours",
        "RegionId": "eu-west-1",
        "SubAccountName": "production",
        "Tags": None,
    }
    return {name: "" if value is None else value for name, value in (made | changes).items()}


def written(path: Path, rows: Sequence[Row]) -> Path:
    """Write rows as CSV."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for each in rows for name in each)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def year(seed: int = 7) -> Iterator[Row]:
    """Yield a year of three clouds: a charge a day for each service, region and team, with credits and a tax."""
    numbers = random.Random(seed)  # noqa: S311 - made-up bills
    for day in range(365):
        at = START + timedelta(days=day)
        for provider, services in SERVICES.items():
            for name, category in services:
                for region in REGIONS:
                    for team in TEAMS:
                        yield _charge(numbers, at, provider, (name, category), (region, team))
            if at.day == 1:
                yield _charge(numbers, at, provider, services[0], (REGIONS[0], None), category="Tax")
            if at.day == 15:
                yield _charge(numbers, at, provider, services[0], (REGIONS[1], "search"), category="Credit")


def money(cell: str) -> Decimal:
    """Return a cell as money."""
    return Decimal(cell or "0")


def _charge(
    numbers: random.Random,
    at: datetime,
    provider: str,
    service: tuple[str, str],
    place: tuple[str, str | None],
    category: str = "Usage",
) -> Row:
    region, team = place
    hours = Decimal(numbers.randrange(1, 2400)) / 100
    price = Decimal(numbers.randrange(10, 900)) / 1000
    cost = hours * price * (-1 if category == "Credit" else 1)
    month = at.replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    tags = {} if team is None else {"team": team, "environment": "staging" if hours > 20 else "production"}
    return row(
        BilledCost=str(cost),
        EffectiveCost=str(cost * Decimal("0.9")),
        ListCost=str(cost * 2),
        ContractedCost=str(cost),
        BillingCurrency=CURRENCY[provider],
        BillingPeriodStart=month.isoformat(),
        BillingPeriodEnd=following.isoformat(),
        ChargePeriodStart=at.isoformat(),
        ChargePeriodEnd=(at + timedelta(days=1)).isoformat(),
        ChargeCategory=category,
        ProviderName=provider,
        ServiceName=service[0],
        ServiceCategory=service[1],
        RegionId=region,
        SkuId=f"{service[0]}/{region}",
        SkuPriceId=f"{service[0]}/{region}/1",
        PricingQuantity=str(hours),
        SubAccountName=f"{provider} {team or 'shared'}",
        Tags=json.dumps(tags) if tags else None,
    )
