"""The people of one tenant as they are now, by id. Replaced as a whole when anything about them changes."""

from collections.abc import Iterable

from memory.errors import AuthenticationFailed
from memory.model.people import Principal


class Directory:
    """Who there is, whether the settings list them or they came by themselves. Who is not in it has no rights."""

    def __init__(self, people: Iterable[Principal]) -> None:
        self._people = _by_id(people)
        self._names = {key: person.name for key, person in self._people.items()}

    def replace(self, people: Iterable[Principal]) -> None:
        """Put other people in the place of those there were; how somebody was called is remembered."""
        self._people = _by_id(people)
        self._names |= {key: person.name for key, person in self._people.items()}

    def people(self) -> tuple[Principal, ...]:
        """Return everybody, by id."""
        return tuple(sorted(self._people.values(), key=lambda person: (person.tenant, person.id)))

    def person(self, tenant: str, principal: str) -> Principal:
        """Return the person as they are now; raises `AuthenticationFailed`."""
        try:
            return self._people[tenant, principal]
        except KeyError:
            raise AuthenticationFailed(
                f"expected somebody Quarterdeck knows, found {principal!r}",
                hint="Add the person to `people` in the settings.",
            ) from None

    def name(self, tenant: str, principal: str) -> str:
        """Return a person's name, or their id where they were never known."""
        return self._names.get((tenant, principal), principal)


def _by_id(people: Iterable[Principal]) -> dict[tuple[str, str], Principal]:
    return {(person.tenant, person.id): person for person in people}
