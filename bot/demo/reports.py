"""How the control API shows services, flags and effects: as JSON objects."""

from datetime import datetime

from bot.demo.catalogue import CATALOGUE
from bot.demo.orders import Effect, State
from bot.demo.shop import ENVIRONMENT, FLAGS, MOST_REPLICAS, RELEASES
from bot.demo.supervisor import Supervisor
from memory.model.value import JsonValue

Report = dict[str, JsonValue]


def service(supervisor: Supervisor, name: str) -> Report:
    """Return what runs of a service, who owns it and what it leans on.

    `health` tells of processes, not of their answers: up, degraded when fewer answer than shall, down when none.
    """
    state = supervisor.records.state
    deployment, running = state.deployments[name], supervisor.services[name]
    ready = sum(slot.answered() and not supervisor.watch.silent(slot.address) for slot in running.slots)
    started = min((replica.started_at for replica in running.replicas()), default=None)
    return {
        "name": name,
        "environment": ENVIRONMENT,
        "version": deployment.version,
        "previous_version": deployment.previous or "",
        "known_versions": list(RELEASES[name]),
        "replicas": deployment.replicas,
        "most_replicas": MOST_REPLICAS,
        "ready": ready,
        "health": _health(ready, deployment.replicas),
        "converged": supervisor.converged(name),
        "traffic_rps": round(supervisor.watch.traffic(running.addresses()), 2),
        "started_at": _iso(started),
        "uptime_s": round((supervisor.clock.now() - started).total_seconds(), 1) if started else 0.0,
        "last_change_at": _iso(deployment.changed_at),
        "instances": list(running.addresses()),
        "flags": {flag: state.flags[flag] for flag, reader in FLAGS.items() if reader.service == name},
        **_written_down(name),
    }


def flags(state: State, service: str | None = None) -> list[Report]:
    """Return the flags of one service, or all."""
    return [
        {
            "name": name,
            "service": flag.service,
            "environment": ENVIRONMENT,
            "description": flag.description,
            "enabled": state.flags[name],
        }
        for name, flag in FLAGS.items()
        if service in {None, flag.service}
    ]


def effect(effect: Effect) -> Report:
    """Return what an order did."""
    return effect.model_dump(mode="json", exclude={"request"})


def _written_down(name: str) -> Report:
    found = CATALOGUE.find(name)
    if found is None:
        return {}
    return {"owner": found.owner, "depends_on": list(found.depends_on), "description": found.description}


def _health(ready: int, replicas: int) -> str:
    if ready >= replicas:
        return "up" if replicas else "down"
    return "degraded" if ready else "down"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
