"""The kinds of values that may not stand in a prompt as they are, and what is done with each. Values only."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from memory.model.people import Role
from memory.model.value import Value


class Kind(StrEnum):
    """What a value is."""

    PRIVATE_KEY = "private_key"
    TOKEN = "token"  # noqa: S105 - a kind of secrets, none itself
    PASSWORD = "password"  # noqa: S105 - likewise
    RANDOM = "random"  # looks drawn at random, as keys do
    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    SSN = "ssn"
    IP = "ip"

    @property
    def secret(self) -> bool:
        """Whether whoever holds it can act by it: nothing brings it back, for nobody."""
        return self in SECRETS


SECRETS = frozenset({Kind.PRIVATE_KEY, Kind.TOKEN, Kind.PASSWORD, Kind.RANDOM})


class Treatment(StrEnum):
    """What becomes of a value in a prompt."""

    KEEP = "keep"
    MASK = "mask"  # a stand-in, which is resolved again on the way back to a reader who may see it
    HASH = "hash"  # a stand-in that is the same in every prompt of the tenant, and is never resolved
    DROP = "drop"  # gone


class Rule(Value):
    """What is done with one kind. `minutes`: how long a stand-in is resolved after it was made."""

    treatment: Treatment
    minutes: Annotated[float, Field(gt=0, le=24 * 60)] = 15.0


_SHIPPED = {
    **dict.fromkeys(SECRETS, Rule(treatment=Treatment.DROP)),
    **dict.fromkeys((Kind.EMAIL, Kind.PHONE, Kind.CARD, Kind.IBAN, Kind.SSN), Rule(treatment=Treatment.MASK)),
    Kind.IP: Rule(treatment=Treatment.KEEP),
}


class DataProfile(Value):
    """What a tenant lets a language model see. `rules` are laid over those shipped.

    `revealed_to` are the roles of which a reader has one to be shown what was masked.
    """

    rules: dict[Kind, Rule] = Field(default_factory=dict)
    revealed_to: frozenset[Role] = frozenset({Role.OPERATOR, Role.APPROVER, Role.ADMIN})

    @model_validator(mode="after")
    def _secrets_do_not_return(self) -> Self:
        loose = sorted(
            k for k, r in self.rules.items() if k.secret and r.treatment in {Treatment.MASK, Treatment.KEEP}
        )
        if loose:
            raise ValueError(f"expected secrets to be hashed or dropped, found {', '.join(loose)} kept or masked")
        return self

    def rule(self, kind: Kind) -> Rule:
        """Return what is done with a kind."""
        return self.rules.get(kind, _SHIPPED[kind])
