"""What the commands that ask Quarterdeck about runbooks do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.replies import reply_parts
from bot.surfaces.cli.screen import spaced
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput
from memory.model.decision import Decision, Deny, NeedsApproval
from memory.model.value import JsonValue

if TYPE_CHECKING:
    from bot.surfaces.procedures import RunbookList, RunbookSimulation
    from runbooks.simulation import Outlook, PastRun, Simulation

FAILED = 1


async def list_(client: Client, session: Session) -> int:
    """List the runbooks."""
    from bot.surfaces.procedures import RunbookList

    found = await client.get("/v1/runbooks", RunbookList)
    session.screen.show(found, _table(found), *_lacking(found))
    return 0


async def show(client: Client, session: Session, name: str) -> int:
    """Show one."""
    found = await client.runbook(name)
    session.screen.show(found, Text(plain(found.text)))
    return 0


async def simulate(client: Client, session: Session, name: str, given: Sequence[str], *, whole: bool) -> int:
    """Show what running it would mean; with `whole`, what each step would change and what policy says of it."""
    with session.screen.waiting("Rehearsing"):
        found = await client.simulate_runbook(name, _inputs(given))
    session.screen.show(found, *_simulated(found, whole=whole))
    simulation = found.simulation
    return FAILED if simulation is not None and simulation.plan is None else 0


async def run(client: Client, session: Session, name: str, given: Sequence[str]) -> int:
    """Submit it, and show the reply."""
    with session.screen.waiting("Rehearsing"):
        reply = await client.run_runbook(name, _inputs(given))
    session.recent().keep(reply.thread)
    session.screen.show(reply, *spaced(reply_parts(reply, session.screen.now())))
    return 0 if reply.kind in {"plan", "answer"} else FAILED


def _inputs(given: Sequence[str]) -> Mapping[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise InvalidInput(f"expected an input as NAME=VALUE, found {each[:80]!r}")
        if name in found:
            raise InvalidInput(f"expected {name[:80]} once, found it twice")
        found[name] = value
    return found


def _table(found: "RunbookList") -> Table:
    table = Table("id", "version", "title", "tier", "steps", "run", box=None)
    for each in found.items:
        table.add_row(
            each.id, each.version, plain(each.title), each.tier, str(each.steps), str(each.actions or "by hand")
        )
    return table


def _lacking(found: "RunbookList") -> Iterator[RenderableType]:
    for each in found.lacking:
        yield Text(f"{each.runbook} needs {', '.join(each.tools)}", style="dim")


def _simulated(found: "RunbookSimulation", *, whole: bool) -> Iterator[RenderableType]:
    for look in found.looks:
        yield Text(f"{look.step}. looks with {look.call.tool} {_given(look.call.arguments)}", style="dim")
    if found.simulation is not None:
        yield from _steps(found.simulation, whole=whole)
    if found.outlook is not None and whole:
        yield from _outlook(found.outlook)
    yield Text("Nothing of this was submitted, recorded or done.", style="dim")


def _steps(simulation: "Simulation", *, whole: bool) -> Iterator[RenderableType]:
    if simulation.plan is None:
        yield Text(plain(f"{simulation.refusal} {simulation.hint}".strip()), style="yellow")
        return
    for number, (step, forecast) in enumerate(zip(simulation.plan.steps, simulation.steps, strict=True), start=1):
        yield Text.assemble(
            (f"{number}. {plain(step.says)}", "bold"), f"  {step.call.tool} {_given(step.call.arguments)}"
        )
        if step.when is not None:
            yield Text(plain(f"   only where {step.when.says}"))
        if whole:
            for change in forecast.preview.changes:
                yield Text(plain(f"   {change.field}: {change.before} → {change.after}"))
            yield Text(plain(f"   policy: {_decision(forecast.decision)}"))
        undo = f"{step.undo.tool} {_given(step.undo.arguments)}" if step.undo else "cannot be taken back"
        yield Text(plain(f"   undo: {undo}"), style="dim")
        for check in step.checks:
            yield Text(plain(f"   check: {check.says}"), style="dim")
    if simulation.decision is not None:
        yield Text(
            plain(f"The plan as a whole: {_decision(simulation.decision)}. Digest {simulation.plan_digest}")
        )


def _outlook(outlook: "Outlook") -> Iterator[RenderableType]:
    """Yield who could agree, how far it reaches, how it went before, and what it would have done then."""
    people = ", ".join(f"{each.name} ({each.assurance.value})" for each in outlook.approvers)
    yield _lines("Could approve it", [people or "nobody but its requester, or nobody is asked"])
    yield _lines("Blast radius", outlook.reach)
    yield _lines("How it went before", outlook.record)
    yield _lines(
        "Replayed on the past", [_past(each) for each in outlook.past] or ["Nothing of this kind was done."]
    )


def _past(past: "PastRun") -> str:
    alerts = f" for {'; '.join(past.alerts)}" if past.alerts else ""
    would = f"this would use {', '.join(past.differs)}" if past.differs else "this would do the same"
    helped = "it worked" if past.worked else f"it did not work ({past.status.value})"
    measured = f" {' '.join(past.measured)}" if past.measured else ""
    return f"{past.at:%Y-%m-%d %H:%M} UTC, {past.run}{alerts}: {helped}; {would}.{measured}"


def _lines(title: str, lines: Sequence[str]) -> Text:
    return Text.assemble((f"{title}\n", "bold"), plain("\n".join(f"  {line}" for line in lines)))


def _decision(decision: Decision) -> str:
    if isinstance(decision, Deny):
        return f"no, {decision.because()}"
    if isinstance(decision, NeedsApproval):
        return f"yes, after {decision.quorum()} approvals"
    return "yes, with nobody asked"


def _given(arguments: Mapping[str, JsonValue]) -> str:
    return plain(", ".join(f"{name}={value}" for name, value in arguments.items()))
