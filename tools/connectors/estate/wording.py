"""How the estate's state, changes and their reach read in a sentence. Pure."""

from datetime import datetime

from memory.model.catalogue import Catalogue
from tools.connectors.estate.answers import ChangeKind, Done, Running
from tools.wording import amount, clock, many, named

_ACTS = {
    ChangeKind.DEPLOY: "deployed from {before} to {after}",
    ChangeKind.ROLLBACK: "rolled back from {before} to {after}",
    ChangeKind.RESTART: "restarted",
    ChangeKind.SCALE: "scaled from {before} to {after} replicas",
    ChangeKind.FLAG: "given the flag {flag} {after}",
}


def runs(service: Running) -> str:
    """Return which version of a service runs where, and how many replicas answer."""
    replicas = many(service.replicas, "replica")
    ready = replicas if service.ready == service.replicas else f"{service.ready} of {replicas}"
    return f"{service.name} runs {service.version} in {service.environment} on {ready}"


def act_said(done: Done) -> str:
    """Return what was done to a service, as `deployed from 1.4.1 to 1.4.2`."""
    return _ACTS[done.kind].format(before=done.before, after=done.after, flag=done.flag)


def change_said(done: Done, now: datetime) -> str:
    """Return a change with who made it and when."""
    by = named(done.by, "somebody")
    return f"{done.service} was {act_said(done)} at {clock(done.at, now)} by {by}"


def blast_radius(service: Running, catalogue: Catalogue) -> tuple[str, ...]:
    """Return whom a change of this service reaches: its replicas, its traffic, and who leans on it."""
    where = f"{service.name} in {service.environment}"
    itself = f"{many(service.replicas, 'replica')} of {where}, {amount(service.traffic_rps, 'req/s')} now"
    return (itself, *(f"{name} leans on {service.name}" for name in catalogue.dependants(service.name)))
