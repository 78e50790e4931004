"""The names that can be said: what the catalogue and the people of a tenant add to the language. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from agents.interpreter.slots import environments
from agents.interpreter.slots.names import NameIndex
from memory.model.catalogue import Catalogue
from tools.contract import Slot


@dataclass(frozen=True)
class Vocabulary:
    """An index of names a slot."""

    services: NameIndex
    environments: NameIndex
    flags: NameIndex
    people: NameIndex
    cares: bool = False  # what is said may be about incidents

    @classmethod
    def of(
        cls, catalogue: Catalogue, people: Sequence[str], ordinary: Collection[str], *, cares: bool = False
    ) -> Self:
        """Return the names of a catalogue; `ordinary` words never stand for a part of one."""
        return cls(
            services=NameIndex(
                Slot.SERVICE, {service.name: service.aliases for service in catalogue.services}, ordinary
            ),
            environments=NameIndex(Slot.ENVIRONMENT, environments.phrases(catalogue.environments()), ordinary),
            flags=NameIndex(Slot.FLAG, dict.fromkeys(catalogue.flags(), ()), ordinary),
            people=NameIndex(Slot.PERSON, dict.fromkeys(people, ()), ordinary),
            cares=cares,
        )

    def indexes(self) -> tuple[NameIndex, ...]:
        """Return every index, the one whose reading counts first where two fit equally long words."""
        return (self.flags, self.services, self.environments, self.people)

    def names(self) -> frozenset[str]:
        """Return every name and phrase that can be said, in lower case."""
        return frozenset(phrase for index in self.indexes() for phrase in index.phrases)
