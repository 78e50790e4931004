"""What people call the columns of a bill, and the keys of tags. Pure."""

from collections.abc import Mapping
from typing import Final

from agents.costs.words import atoms
from memory.model.cost import CostField, Dimension, Measure

NOUNS: Final[Mapping[Dimension, tuple[str, ...]]] = {
    Dimension.PROVIDER: ("provider", "cloud", "cloud provider", "vendor", "csp", "hyperscaler"),
    Dimension.PUBLISHER: ("publisher",),
    Dimension.ISSUER: ("invoice issuer", "issuer", "biller", "seller"),
    Dimension.BILLING_ACCOUNT: (
        "billing account",
        "payer",
        "payer account",
        "management account",
        "billing account name",
    ),
    Dimension.BILLING_ACCOUNT_ID: ("billing account id",),
    Dimension.BILLING_ACCOUNT_KIND: ("billing account type", "type of billing account"),
    Dimension.BILLING_PERIOD: ("billing period", "invoice month", "billing month", "bill month"),
    Dimension.ACCOUNT: (
        "account",
        "sub account",
        "subaccount",
        "subscription",
        "linked account",
        "sub account name",
    ),
    Dimension.ACCOUNT_ID: ("account id", "sub account id", "subscription id"),
    Dimension.ACCOUNT_KIND: ("account type", "sub account type", "type of account"),
    Dimension.SERVICE: ("service", "product", "cloud service", "service name", "offering"),
    Dimension.CATEGORY: ("category", "service category", "kind of service", "type of service", "service type"),
    Dimension.SUBCATEGORY: ("subcategory", "service subcategory", "sub category"),
    Dimension.REGION: ("region", "location", "geography", "region id"),
    Dimension.REGION_NAME: ("region name",),
    Dimension.ZONE: ("zone", "availability zone", "az"),
    Dimension.RESOURCE: ("resource", "resource id", "asset"),
    Dimension.RESOURCE_NAME: ("resource name",),
    Dimension.RESOURCE_TYPE: ("resource type", "type of resource", "kind of resource"),
    Dimension.SKU: ("sku", "sku id"),
    Dimension.SKU_PRICE: ("sku price", "sku price id", "price id"),
    Dimension.METER: ("meter", "sku meter"),
    Dimension.INSTANCE_TYPE: ("instance type", "machine type", "vm size", "vm type", "instance size"),
    Dimension.INSTANCE_SERIES: ("instance series", "instance family", "machine family", "vm series"),
    Dimension.CORES: ("core count", "core", "number of cores", "vcpu", "cpu count"),
    Dimension.GPUS: ("gpu count", "number of gpus"),
    Dimension.MEMORY: ("memory size",),
    Dimension.DISK: ("disk type", "type of disk", "volume type"),
    Dimension.STORAGE_CLASS: ("storage class", "storage tier"),
    Dimension.OPERATING_SYSTEM: ("operating system", "os"),
    Dimension.REDUNDANCY: ("redundancy",),
    Dimension.CHARGE: ("charge category", "charge type", "type of charge", "kind of charge", "line item type"),
    Dimension.CHARGE_CLASS: ("charge class",),
    Dimension.FREQUENCY: ("charge frequency", "frequency"),
    Dimension.DESCRIPTION: ("description", "charge description", "line item"),
    Dimension.PRICING: ("pricing category", "pricing model", "purchase option", "pricing"),
    Dimension.COMMITMENT: ("commitment", "commitment discount", "commitment id", "commitment discount id"),
    Dimension.COMMITMENT_NAME: ("commitment name", "commitment discount name"),
    Dimension.COMMITMENT_CATEGORY: ("commitment category", "commitment discount category"),
    Dimension.COMMITMENT_KIND: (
        "commitment type",
        "commitment discount type",
        "type of commitment",
        "kind of commitment",
    ),
    Dimension.COMMITMENT_STATUS: ("commitment status", "commitment discount status"),
    Dimension.COMMITMENT_UNIT: ("commitment unit", "commitment discount unit"),
    Dimension.UNIT: ("unit", "consumed unit", "usage unit"),
    Dimension.PRICING_UNIT: ("pricing unit",),
    Dimension.INVOICE: ("invoice", "invoice id", "invoice number"),
    Dimension.CURRENCY: ("currency", "billing currency"),
    Dimension.PRICING_CURRENCY: ("pricing currency",),
    Dimension.CAPACITY: ("capacity reservation", "capacity reservation id"),
    Dimension.CAPACITY_STATUS: ("capacity reservation status", "reservation status"),
    Dimension.WEEKDAY: ("weekday", "day of week", "day of the week"),
    Dimension.WEEK_PART: ("part of the week", "part of week", "weekday or weekend", "weekend or weekday"),
    Dimension.HOUR: ("hour of the day", "hour of day", "time of day", "time of the day"),
    Dimension.DAY_PART: ("part of the day", "part of day", "day or night", "night or day"),
    Dimension.OFFICE: ("working hour", "business hour", "office hour"),
}
"""The first of each is what an answer calls it."""

ALIKE: Final = (
    ("team", "squad", "owner", "owning team", "team name", "group", "crew", "owner team", "ownedby"),
    ("environment", "env", "stage", "environment name", "deployment environment"),
    ("application", "app", "app name", "application name", "workload", "system"),
    ("cost center", "cost centre", "costcenter", "costcentre", "cc", "cost code"),
    ("business unit", "bu", "businessunit", "division", "department", "dept", "org unit"),
    ("project", "project name", "project id"),
    ("customer", "client", "tenant", "customer name"),
    ("component", "module", "microservice", "service"),
)
"""Names of tags that mean the same: who asks by team is told by squad where that is what the tag is called."""

_MEASURES: Final = {
    Measure.BILLED: "billed cost",
    Measure.EFFECTIVE: "effective cost",
    Measure.LIST: "list cost",
    Measure.CONTRACTED: "contracted cost",
    Measure.CONSUMED: "consumed quantity",
    Measure.PRICED: "priced quantity",
    Measure.COMMITTED: "commitment quantity",
    Measure.IN_PRICING_CURRENCY: "cost in the pricing currency",
}


def called(field: CostField) -> str:
    """Return what an answer calls a field: `team`, `region`, `service`."""
    if field.tag:
        return field.tag
    if field.dimension is Dimension.TAGS:
        return "tags"
    return NOUNS[field.dimension][0] if field.dimension else ""


def several(field: CostField) -> str:
    """Return what an answer calls many of it."""
    noun = called(field)
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def measured(measure: Measure) -> str:
    """Return what an answer calls a measure."""
    return _MEASURES[measure]


def nouns(tags: tuple[str, ...]) -> dict[tuple[str, ...], CostField]:
    """Return every name of a field by its words, where these tags are.

    A tag comes before a dimension of the same name only where no bill has the dimension's name as its own: what
    everybody calls a service is the service. A tag called `project` is the project, and so on.
    """
    found = {atoms(noun): CostField(dimension=dimension) for dimension, names in NOUNS.items() for noun in names}
    by_atoms: dict[tuple[str, ...], str] = {}
    for tag in tags:
        by_atoms.setdefault(atoms(tag), tag)
    for names in ALIKE:
        alike = [atoms(name) for name in names]
        there = next((by_atoms[name] for name in alike if name in by_atoms), None)
        for name in alike:
            if there is not None and name not in found:
                found[name] = CostField(tag=there)
    for name, tag in by_atoms.items():
        found.setdefault(name, CostField(tag=tag))
        found[("tag", *name)] = found[(*name, "tag")] = CostField(tag=tag)
        found[("label", *name)] = found[(*name, "label")] = CostField(tag=tag)
    return found


def wished(noun: tuple[str, ...]) -> str:
    """Return the tag that people would call so, where no bill has one; empty for a noun that is no usual tag."""
    return next((names[0] for names in ALIKE if noun in [atoms(name) for name in names]), "")
