"""A year of three clouds, made by a rule: teams, environments, hours, commitments, credits, taxes, no tags."""

import csv
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from tests.memory.costs.bills import Row, row

SINCE = datetime(2025, 11, 1, tzinfo=UTC)
UNTIL = datetime(2026, 11, 21, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOURLY = datetime(2026, 11, 1, tzinfo=UTC)  # since then, staging is charged by the hour
CLOUDS = {
    "AWS": (
        ("Amazon Elastic Compute Cloud", "Compute", "Hours"),
        ("Amazon Simple Storage Service", "Storage", "GB"),
        ("Amazon Relational Database Service", "Databases", "Hours"),
    ),
    "Microsoft": (("Virtual Machines", "Compute", "Hours"), ("Azure SQL Database", "Databases", "Hours")),
    "Google Cloud": (("Compute Engine", "Compute", "Hours"), ("BigQuery", "Analytics", "TB")),
}
CURRENCIES = {"AWS": "USD", "Microsoft": "EUR", "Google Cloud": "USD"}
REGIONS = {
    "AWS": ("eu-west-1", "us-east-1"),
    "Microsoft": ("westeurope", "eastus"),
    "Google Cloud": ("europe-west1", "us-central1"),
}
TEAMS = (
    ("payments", "checkout", "production"),
    ("search", "catalogue", "production"),
    ("payments", "checkout", "staging"),
    (None, None, None),
)


@cache
def year() -> tuple[Row, ...]:
    """Return the rows."""
    return tuple(_rows(random.Random(20261121)))  # noqa: S311 - made-up bills


def months(folder: Path) -> list[Path]:
    """Write a file a month and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    parts: dict[str, list[Row]] = {}
    for each in year():
        parts.setdefault(each["BillingPeriodStart"][:7], []).append(each)
    return [_written(folder / f"{month}.csv", rows) for month, rows in parts.items()]


def _written(path: Path, rows: list[Row]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _rows(numbers: random.Random) -> Iterator[Row]:
    day = SINCE
    while day < UNTIL:
        for cloud, services in CLOUDS.items():
            for service in services:
                for region in REGIONS[cloud]:
                    for team in TEAMS:
                        if service[1] == "Analytics" and day < SINCE + timedelta(days=200):
                            continue  # what is new half-way through
                        yield from _used(numbers, day, cloud, service, region, team)
            if day.day == 1:
                yield _made(
                    numbers, day, cloud, services[0], REGIONS[cloud][0], TEAMS[3], ChargeCategory="Tax", Tags=None
                )
            if day.day == 12:
                yield _made(numbers, day, cloud, services[0], REGIONS[cloud][1], TEAMS[1], ChargeCategory="Credit")
        yield from _committed(numbers, day)
        day += timedelta(days=1)


def _used(
    numbers: random.Random,
    day: datetime,
    cloud: str,
    service: tuple[str, str, str],
    region: str,
    team: tuple[str | None, ...],
) -> Iterator[Row]:
    if team[2] == "staging" and day >= HOURLY and service[1] == "Compute":
        for hour in range(24):
            yield _made(
                numbers, day + timedelta(hours=hour), cloud, service, region, team, lasts=timedelta(hours=1)
            )
        return
    yield _made(numbers, day, cloud, service, region, team)


def _committed(numbers: random.Random, day: datetime) -> Iterator[Row]:
    for status in ("Used", "Unused"):
        if status == "Unused" and numbers.random() < 0.5:
            continue
        yield _made(
            numbers,
            day,
            "AWS",
            CLOUDS["AWS"][0],
            "eu-west-1",
            TEAMS[0],
            BilledCost="0",
            PricingCategory="Committed",
            CommitmentDiscountId="sp-1",
            CommitmentDiscountType="Savings Plan",
            CommitmentDiscountStatus=status,
        )


def _made(
    numbers: random.Random,
    at: datetime,
    cloud: str,
    service: tuple[str, str, str],
    region: str,
    team: tuple[str | None, ...],
    *,
    lasts: timedelta = timedelta(days=1),
    **changes: str | None,
) -> Row:
    quantity = Decimal(numbers.randrange(100, 4000)) / 100
    price = (
        Decimal(numbers.randrange(100, 999))
        / 10_000
        * (Decimal("1.2") if at.month >= 10 and at.year == 2026 else 1)
    )
    cost = quantity * price * (-1 if changes.get("ChargeCategory") == "Credit" else 1)
    month = at.replace(day=1, hour=0)
    name, app, environment = team
    tags = {"team": name, "app": app, "env": environment} if name else {}
    made: dict[str, str | None] = {
        "BilledCost": f"{cost * Decimal('1.05')}",
        "EffectiveCost": f"{cost}",
        "ListCost": f"{cost * Decimal('1.5')}",
        "ContractedCost": f"{cost * Decimal('1.1')}",
        "BillingCurrency": CURRENCIES[cloud],
        "BillingPeriodStart": month.isoformat(),
        "BillingPeriodEnd": (month + timedelta(days=32)).replace(day=1).isoformat(),
        "ChargePeriodStart": at.isoformat(),
        "ChargePeriodEnd": (at + lasts).isoformat(),
        "ProviderName": cloud,
        "ServiceName": service[0],
        "ServiceCategory": service[1],
        "RegionId": region,
        "SkuId": f"{service[0]}/{region}",
        "SkuPriceId": f"{service[0]}/{region}/1",
        "PricingQuantity": f"{quantity}",
        "PricingUnit": service[2],
        "ConsumedQuantity": f"{quantity}",
        "ConsumedUnit": service[2],
        "SubAccountName": f"{cloud} {environment or 'shared'}",
        "PricingCategory": "Standard",
        "CommitmentDiscountId": None,
        "CommitmentDiscountType": None,
        "CommitmentDiscountStatus": None,
        "Tags": json.dumps(tags) if tags else None,
    }
    return row(**(made | changes))
