"""The blast radius: from the services a plan changes, along the dependencies of the catalogue, both ways. Pure."""

from collections.abc import Iterable, Mapping

from memory.model.catalogue import Catalogue, Service
from memory.model.impact import Affected, Impact, Reach
from memory.model.plan import Plan
from runbooks.outcomes.counting import services

Neighbours = Mapping[str, tuple[str, ...]]


def radius(catalogue: Catalogue, changed: Iterable[str]) -> Impact:
    """Return every service connected with the changed ones, nearest first. Dependencies may go in circles."""
    names = tuple(dict.fromkeys(changed))
    known = {service.name: service for service in catalogue.services}
    roots = tuple(name for name in names if name in known)
    leans = {name: tuple(each for each in service.depends_on if each in known) for name, service in known.items()}
    leant: dict[str, tuple[str, ...]] = {
        name: tuple(other for other, on in leans.items() if name in on) for name in known
    }
    itself = [_affected(known[name], Reach.ITSELF, 0, ()) for name in roots]
    down = _walked(known, roots, leant, leans, Reach.DOWNSTREAM)
    up = _walked(known, roots, leans, leant, Reach.UPSTREAM)
    felt = {each.service for each in down}
    return Impact(
        services=(*itself, *down, *(each for each in up if each.service not in felt)),
        unknown=tuple(name for name in names if name not in known),
    )


def changed_by(plan: Plan) -> tuple[str, ...]:
    """Return the services that a plan names."""
    return tuple(name for name in services(plan) if name)


def with_traffic(impact: Impact, traffic: Mapping[str, float]) -> Impact:
    """Return the impact with requests a second where they were measured."""
    measured = tuple(each.model_copy(update={"traffic": traffic.get(each.service)}) for each in impact.services)
    return impact.model_copy(update={"services": measured})


def _walked(
    known: Mapping[str, Service], roots: tuple[str, ...], onward: Neighbours, back: Neighbours, reach: Reach
) -> list[Affected]:
    distances = dict.fromkeys(roots, 0)
    frontier = list(roots)
    found: list[Affected] = []
    while frontier:
        here = frontier.pop(0)
        for name in onward[here]:
            if name not in distances:
                distances[name] = distances[here] + 1
                frontier.append(name)
    for name, distance in distances.items():
        if distance:
            nearer = tuple(each for each in back[name] if distances.get(each) == distance - 1)
            found.append(_affected(known[name], reach, distance, nearer))
    return found


def _affected(service: Service, reach: Reach, distance: int, leads: tuple[str, ...]) -> Affected:
    return Affected(
        service=service.name,
        reach=reach,
        distance=distance,
        leads=leads,
        criticality=service.criticality,
        owner=service.owner,
        users=service.users,
        revenue_per_minute=service.revenue_per_minute,
        currency=service.currency if service.revenue_per_minute is not None else "",
    )
