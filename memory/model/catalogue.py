"""What a tenant runs: services, where they run, who owns them and what they lean on."""

from memory.model.value import Identifier, Value


class Service(Value):
    """One service of the catalogue."""

    name: Identifier
    aliases: tuple[str, ...] = ()
    environments: tuple[Identifier, ...] = ("production",)
    owner: str = ""
    criticality: int = 3  # 1 is the most critical
    depends_on: tuple[Identifier, ...] = ()
    description: str = ""
    flags: tuple[Identifier, ...] = ()


class Catalogue(Value):
    """The services of a tenant. Small enough to be held in memory and passed as a value."""

    services: tuple[Service, ...] = ()

    def find(self, name: str) -> Service | None:
        """Return the service with exactly this name, or None."""
        return next((service for service in self.services if service.name == name), None)

    def names(self) -> tuple[str, ...]:
        """Return the services' names, in catalogue order."""
        return tuple(service.name for service in self.services)

    def environments(self) -> tuple[str, ...]:
        """Return every environment any service runs in, sorted."""
        return tuple(sorted({name for service in self.services for name in service.environments}))

    def flags(self) -> tuple[str, ...]:
        """Return every feature flag any service reads, sorted."""
        return tuple(sorted({name for service in self.services for name in service.flags}))

    def dependants(self, name: str) -> tuple[str, ...]:
        """Return the services that lean on `name`, directly or through others, nearest first."""
        found: list[str] = []
        frontier = [name]
        while frontier:
            target = frontier.pop(0)
            nearer = [s.name for s in self.services if target in s.depends_on and s.name not in found]
            found += nearer
            frontier += nearer
        return tuple(found)
