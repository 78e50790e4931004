"""Everything policy rests on besides its text: who there is, what runs, what the tools are. Pure values."""

from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from memory.model.catalogue import Catalogue
from memory.model.people import Compliance, Principal
from memory.model.value import Identifier, Value
from tools.contract import Capability

FULL_TRUST = 100


class Facts(Value):
    """One tenant's facts. `trust` is the score of the connector behind a tool, from 0 to 100; ours have 100.

    `timezone` is the IANA name in which policies see weekdays and hours. People of other tenants are left out.
    """

    tenant: Identifier
    capabilities: tuple[Capability, ...]
    people: tuple[Principal, ...] = ()
    catalogue: Catalogue = Catalogue()
    timezone: str = "UTC"
    compliance: Compliance = Compliance.STANDARD
    trust: dict[str, int] = Field(default_factory=dict)

    @field_validator("timezone")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (LookupError, ValueError, OSError):
            raise ValueError(f"expected the IANA name of a time zone, found {name!r}") from None
        return name

    @field_validator("trust")
    @classmethod
    def _scores(cls, trust: dict[str, int]) -> dict[str, int]:
        if any(not 0 <= score <= FULL_TRUST for score in trust.values()):
            raise ValueError(f"expected trust from 0 to {FULL_TRUST}, found {trust}")
        return trust

    def score(self, tool: str) -> int:
        """Return how far the connector behind a tool is trusted."""
        return self.trust.get(tool, FULL_TRUST)
