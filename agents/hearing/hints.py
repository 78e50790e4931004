"""What a recogniser is told to expect, from the names of a tenant. Pure.

The prompt is a few commands as they are written, so that names, versions and percentiles come out in that form,
and then the names. It only makes a name likelier to be written down; it is never a reason to believe one was said.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, cycle, islice
from typing import Final

from agents.hearing.heard import Hints
from memory.model.catalogue import Catalogue

MOST_CHARACTERS: Final = 400  # of names: a longer prompt costs time and is repeated instead of what was said
MOST_NAMES: Final = 200

_SHOWN: Final = (
    "Roll back {} in production to 7.3.9.",
    "Restart {} in staging.",
    "What is the error rate of {}?",
    "The p99 latency of {} over the last 25 minutes.",
    "Scale {} to 11 replicas.",
    "Search the logs of {} for timeouts.",
    "Silence {} for 5 hours.",
)


def hints_of(catalogue: Catalogue, people: Iterable[str] = (), runbooks: Iterable[str] = ()) -> Hints:
    """Return the hints of a tenant: the services first, the most critical of them before the others."""
    services = [each.name for each in sorted(catalogue.services, key=lambda each: each.criticality)]
    every = dict.fromkeys(chain(services, catalogue.flags(), people, runbooks))
    names = tuple(islice(every, MOST_NAMES))
    return Hints(prompt=_prompt(services, names), names=names)


def _prompt(services: Sequence[str], names: Sequence[str]) -> str:
    used = tuple(islice(cycle(services or ("the frontend",)), len(_SHOWN)))
    shown = " ".join(map(str.format, _SHOWN, used))
    room = MOST_CHARACTERS
    told: list[str] = []
    for name in names:
        room -= 0 if name in used else len(name) + 2
        if room < 0:
            break
        if name not in used:
            told.append(name)
    return f"{', '.join(told)}. {shown}" if told else shown
