"""The names that stand in the bills, and which of them words of a question may mean. Pure.

A name is known by all its words, by its initials ("S3" of Simple Storage Service), by a usual other name, or by
some of its words that follow each other; and a whole name comes before a part of one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Final

from agents.costs.fields import nouns
from agents.costs.words import atoms
from memory.model.cost import CostField, Dimension

LONGEST_NAME: Final = 8  # words of a name that are looked at
_SHORTEST: Final = 2  # letters of a name
MOST_PARTS: Final = 3000  # values of a field whose parts are known too

NAMED: Final = (
    Dimension.PROVIDER,
    Dimension.CATEGORY,
    Dimension.SERVICE,
    Dimension.REGION,
    Dimension.REGION_NAME,
    Dimension.ACCOUNT,
    Dimension.ACCOUNT_ID,
    Dimension.CHARGE,
    Dimension.CHARGE_CLASS,
    Dimension.PRICING,
    Dimension.SUBCATEGORY,
    Dimension.RESOURCE_TYPE,
    Dimension.RESOURCE_NAME,
    Dimension.RESOURCE,
    Dimension.ZONE,
    Dimension.BILLING_ACCOUNT,
    Dimension.BILLING_ACCOUNT_ID,
    Dimension.PUBLISHER,
    Dimension.ISSUER,
    Dimension.COMMITMENT,
    Dimension.COMMITMENT_NAME,
    Dimension.COMMITMENT_CATEGORY,
    Dimension.COMMITMENT_KIND,
    Dimension.SKU,
    Dimension.INSTANCE_TYPE,
    Dimension.OPERATING_SYSTEM,
    Dimension.INVOICE,
    Dimension.CURRENCY,
    Dimension.FREQUENCY,
)
"""Whose values may be named, those that people mean sooner first. Tags come before accounts."""

_PARTED: Final = frozenset(NAMED[:8]) | {Dimension.SUBCATEGORY, Dimension.RESOURCE_TYPE, Dimension.COMMITMENT_KIND}
_ALIASES: Final = (
    ("aws", "amazon", "amazon web services", "amazon aws"),
    ("azure", "microsoft", "microsoft azure", "ms azure"),
    ("gcp", "google", "google cloud", "google cloud platform"),
    ("oci", "oracle", "oracle cloud", "oracle cloud infrastructure"),
    ("alibaba", "alibaba cloud", "aliyun"),
    ("ibm", "ibm cloud"),
    ("production", "prod", "prd", "live"),
    ("staging", "stage", "stg", "preprod", "pre production"),
    ("development", "dev", "develop"),
    ("test", "testing", "tst"),
    ("database", "db"),
    ("ai", "ml", "machine learning", "ai and machine learning", "artificial intelligence"),
    ("network", "networking"),
    ("security", "security and identity"),
    ("usd", "dollar", "us dollar"),
    ("eur", "euro", "euros"),
    ("gbp", "pound sterling", "british pound"),
    ("vm", "vms", "virtual machine"),
    ("compute engine", "gce"),
    ("cloud storage", "gcs"),
    ("cosmos db", "cosmos", "cosmosdb"),
    ("lambda", "aws lambda"),
    ("bigquery", "big query", "bq"),
    ("kubernetes", "k8s"),
)
_VENDORS: Final = frozenset({"amazon", "aws", "azure", "microsoft", "google", "oracle"})
_LANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "europe": (
        "eu",
        "europe",
        "westeurope",
        "northeurope",
        "swedencentral",
        "francecentral",
        "germanywestcentral",
    ),
    "asia": ("ap", "asia", "eastasia", "southeastasia"),
    "us": ("us", "eastu", "eastus", "westus", "eastus2", "westus2", "centralus"),
}
_LANDS_CALLED: Final = {
    "europe": "europe",
    "european": "europe",
    "eu": "europe",
    "asia": "asia",
    "asian": "asia",
    "us": "us",
    "usa": "us",
    "america": "us",
    "american": "us",
}


@dataclass(frozen=True)
class Meaning:
    """What some words may mean: values of one field. `exact`: the whole name was said, not a part of it."""

    field: CostField
    values: tuple[str, ...]
    exact: bool


@dataclass(frozen=True)
class Known:
    """What the bills of a tenant name. `values` are by field, those that cost most first."""

    values: Mapping[CostField, tuple[str, ...]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    units: tuple[str, ...] = ()  # what is consumed in
    priced_units: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()  # services of the catalogue, whose requests may be counted

    def __post_init__(self) -> None:
        """Index the names, whole ones and parts."""
        whole: dict[tuple[str, ...], dict[CostField, list[str]]] = {}
        parts: dict[tuple[str, ...], dict[CostField, list[str]]] = {}
        for each, values in self.values.items():
            parted = bool(each.tag) or each.dimension in _PARTED
            for number, value in enumerate(values):
                for name in _names(value, each):
                    whole.setdefault(name, {}).setdefault(each, []).append(value)
                if parted and number < MOST_PARTS:
                    for name in _parts(value):
                        parts.setdefault(name, {}).setdefault(each, []).append(value)
        object.__setattr__(self, "_whole", whole)
        object.__setattr__(self, "_parts", parts)
        object.__setattr__(self, "nouns", nouns(self.tags))

    nouns: Mapping[tuple[str, ...], CostField] = field(init=False, repr=False, compare=False)
    _whole: Mapping[tuple[str, ...], Mapping[CostField, list[str]]] = field(init=False, repr=False, compare=False)
    _parts: Mapping[tuple[str, ...], Mapping[CostField, list[str]]] = field(init=False, repr=False, compare=False)

    def meanings(self, said: tuple[str, ...], *, partly: bool = True) -> tuple[Meaning, ...]:
        """Return what some words may mean, the likeliest first."""
        found = [Meaning(each, _once(values), exact=True) for each, values in self._whole.get(said, {}).items()]
        if not found and len(said) == 1 and said[0] in _LANDS_CALLED:
            found = self._land(_LANDS[_LANDS_CALLED[said[0]]])
        if not found and partly:
            found = [
                Meaning(each, _once(values), exact=False) for each, values in self._parts.get(said, {}).items()
            ]
        return tuple(sorted(found, key=lambda each: self._rank(each.field)))

    def near(self, said: str, most: int = 3) -> tuple[str, ...]:
        """Return names that are spelt like what was said."""
        from difflib import get_close_matches

        names = {
            value.lower(): value
            for each, values in self.values.items()
            if _rank(each) < len(NAMED)
            for value in values[:MOST_PARTS]
        }
        return tuple(names[each] for each in get_close_matches(said.lower(), names, n=most, cutoff=0.75))

    def _land(self, starts: tuple[str, ...]) -> list[Meaning]:
        region = CostField(dimension=Dimension.REGION)
        values = [value for value in self.values.get(region, ()) if atoms(value) and atoms(value)[0] in starts]
        return [Meaning(region, tuple(values), exact=True)] if values else []

    def _rank(self, each: CostField) -> int:
        return _rank(each)


_TAGS_RANK = NAMED.index(Dimension.ACCOUNT)


def _rank(each: CostField) -> int:
    if each.tag:
        return _TAGS_RANK - 1
    place = NAMED.index(each.dimension) if each.dimension in NAMED else len(NAMED)
    return place - 1 if place < _TAGS_RANK else place


def _names(value: str, each: CostField) -> Iterator[tuple[str, ...]]:
    """Yield every whole name of a value: its own words, its initials, and what it is called otherwise."""
    own = atoms(value)
    if not own or len(own) > LONGEST_NAME:
        return
    yield own
    if (written := atoms(value.lower())) != own:
        yield written
    for names in _ALIASES:
        alike = [atoms(name) for name in names]
        if own in alike:
            yield from (name for name in alike if name != own)
    if each.dimension is Dimension.SERVICE:
        bare = own[1:] if own[0] in _VENDORS and len(own) > 1 else own
        if bare != own:
            yield bare
        yield from _initials(own, bare)


def _initials(own: tuple[str, ...], bare: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the initials of a name with and without its vendor, runs of one letter counted: ECC is EC2."""
    for name in {own, bare}:
        letters = "".join(word[0] for word in name)
        if len(letters) < _SHORTEST:
            continue
        yield (letters,)
        counted = "".join(
            f"{letter}{count}" if (count := len(list(run))) > 1 else letter for letter, run in groupby(letters)
        )
        if counted != letters and len(counted) < len(letters) + 1:
            yield (counted,)


def _parts(value: str) -> Iterator[tuple[str, ...]]:
    """Yield runs of a name's words, told apart at humps and as written: OpenAI is "open ai" and "openai"."""
    for name in dict.fromkeys((atoms(value), atoms(value.lower()))):
        own = name[:LONGEST_NAME]
        found = {own[start:end] for start in range(len(own)) for end in range(start + 1, len(own) + 1)} - {own}
        yield from (each for each in found if not all(word.isdigit() or len(word) < _SHORTEST for word in each))


def _once(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
