"""OpenCost: what workloads of a Kubernetes cluster cost, day by day, as rows of FOCUS.

Each day is a file that is written anew from the same answer, so that asking twice changes nothing and a corrected
day takes the place of what was known. Source: https://opencost.io/docs/integrations/api/ (`/allocation`).
"""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from memory.clock import Clock
from memory.costs.delivery import Offered
from memory.errors import ConnectorRejected
from memory.model.value import JsonValue
from tools.http import HttpClient

_PARTS: Final = {
    "cpu": ("CPU", "Compute", "cpuCoreHours", "Core Hours"),
    "gpu": ("GPU", "Compute", "gpuHours", "GPU Hours"),
    "ram": ("Memory", "Compute", "ramByteHours", "Byte Hours"),
    "pv": ("Persistent volumes", "Storage", "pvByteHours", "Byte Hours"),
    "network": ("Network", "Networking", "networkTransferBytes", "Bytes"),
    "loadBalancer": ("Load balancers", "Networking", "", ""),
    "shared": ("Shared", "Other", "", ""),
    "external": ("External", "Other", "", ""),
}
_COLUMNS: Final = """
    BilledCost EffectiveCost ListCost ContractedCost BillingAccountId BillingCurrency
    BillingPeriodStart BillingPeriodEnd ChargePeriodStart ChargePeriodEnd ChargeCategory
    ChargeFrequency ChargeDescription InvoiceIssuerName ProviderName PublisherName ServiceCategory
    ServiceName SkuId ConsumedQuantity ConsumedUnit SubAccountId SubAccountName ResourceId
    ResourceName ResourceType Tags
"""
_HEADER: Final = _COLUMNS.split()


class OpenCost:
    """Asks one OpenCost for each of the last days."""

    def __init__(self, http: HttpClient, clock: Clock, *, currency: str, cluster: str, days: int) -> None:
        self._http = http
        self._clock = clock
        self._currency = currency
        self._cluster = cluster
        self._days = days

    async def offered(self) -> tuple[Offered, ...]:
        """Return the days that are over, and today; the last three are looked at anew every time."""
        now = self._clock.now().astimezone(UTC)
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        days = [today - timedelta(days=back) for back in range(self._days, -1, -1)]
        settled = today - timedelta(days=2)
        return tuple(
            Offered(name=f"{day:%Y-%m-%d}.csv", mark="settled" if day < settled else now.isoformat(), at=day)
            for day in days
        )

    async def fetched(self, file: Offered, into: Path) -> Path:
        """Ask for one day and write it down; raises `ConnectorRejected` for an answer of another form."""
        until = file.at + timedelta(days=1)
        said = await self._http.get(
            "/allocation",
            [
                ("window", f"{file.at:%Y-%m-%dT%H:%M:%SZ},{until:%Y-%m-%dT%H:%M:%SZ}"),
                ("aggregate", "cluster,namespace,controllerKind,controller"),
                ("accumulate", "true"),
                ("includeIdle", "true"),
            ],
        )
        target = into / file.name
        with target.open("w", newline="", encoding="utf-8") as local:
            writer = csv.DictWriter(local, _HEADER)
            writer.writeheader()
            for name, allocation in sorted(_allocations(said)):
                writer.writerows(self._rows(name, allocation, file.at, until))
        return target

    def _rows(
        self, name: str, allocation: Mapping[str, Any], since: datetime, until: datetime
    ) -> Iterator[dict[str, str]]:
        properties = allocation.get("properties") or {}
        namespace = str(properties.get("namespace") or ("idle" if "idle" in name else name))
        cluster = self._cluster or str(properties.get("cluster") or "kubernetes")
        labels = {**(properties.get("namespaceLabels") or {}), **(properties.get("labels") or {})}
        tags = {str(key): str(value) for key, value in labels.items()} | {"namespace": namespace}
        controller = str(properties.get("controller") or "")
        month = since.replace(day=1)
        for part, (said, category, quantity, unit) in _PARTS.items():
            cost = _number(allocation.get(f"{part}Cost"), name) + _number(
                allocation.get(f"{part}CostAdjustment"), name
            )
            if not cost:
                continue
            used = _number(allocation.get(quantity), name) if quantity else None
            yield {
                **dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), f"{cost:f}"),
                "BillingAccountId": cluster,
                "BillingCurrency": self._currency,
                "BillingPeriodStart": f"{month:%Y-%m-%dT%H:%M:%SZ}",
                "BillingPeriodEnd": f"{(month + timedelta(days=32)).replace(day=1):%Y-%m-%dT%H:%M:%SZ}",
                "ChargePeriodStart": f"{since:%Y-%m-%dT%H:%M:%SZ}",
                "ChargePeriodEnd": f"{until:%Y-%m-%dT%H:%M:%SZ}",
                "ChargeCategory": "Usage",
                "ChargeFrequency": "Usage-Based",
                "ChargeDescription": f"{said} of {namespace}",
                "InvoiceIssuerName": "OpenCost",
                "ProviderName": "Kubernetes",
                "PublisherName": "OpenCost",
                "ServiceCategory": category,
                "ServiceName": said,
                "SkuId": part,
                "ConsumedQuantity": "" if used is None else f"{used:f}",
                "ConsumedUnit": unit,
                "SubAccountId": cluster,
                "SubAccountName": cluster,
                "ResourceId": f"{cluster}/{namespace}/{controller}".rstrip("/"),
                "ResourceName": controller or namespace,
                "ResourceType": str(properties.get("controllerKind") or "namespace"),
                "Tags": json.dumps(tags, sort_keys=True),
            }


def _allocations(said: JsonValue) -> Iterator[tuple[str, Mapping[str, Any]]]:
    data = said.get("data") if isinstance(said, dict) else None
    if not isinstance(data, list):
        raise ConnectorRejected("expected OpenCost to answer with a list of allocations, found another form")
    for each in data:
        for name, allocation in (each or {}).items() if isinstance(each, dict) else ():
            if isinstance(allocation, dict):
                yield str(name), allocation


def _number(value: object, name: str) -> Decimal:
    """Return a number as it was written: a float is read from its shortest form, so that days stay the same."""
    if value is None or value == "":
        return Decimal(0)
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise ConnectorRejected(
            f"expected numbers from OpenCost for {name[:100]}, found {str(value)[:40]!r}"
        ) from error
    if not found.is_finite():
        raise ConnectorRejected(f"expected numbers from OpenCost for {name[:100]}, found {found}")
    return found.quantize(Decimal("1e-12")).normalize()
