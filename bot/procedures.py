"""The runbooks as surfaces ask for them. A simulation reads from the systems and writes nowhere."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from agents.procedures import command
from bot.audit.access import reader
from bot.surfaces.procedures import (
    LookAhead,
    RunbookLine,
    RunbookList,
    RunbookSimulation,
    RunbookView,
    StepView,
)
from memory.ids import Ids
from memory.model.catalogue import Catalogue
from memory.model.intent import Argument, Provenance
from memory.model.people import Principal
from memory.model.value import JsonValue
from runbooks.catalogue import RunbookCatalogue
from runbooks.format import Runbook, bound, compiled
from runbooks.proposal import Caller, Proposal
from runbooks.simulation import Outlook, Simulation
from tools.contract import Capability


class Simulating(Protocol):
    """What finds out what a proposal would do."""

    async def simulate(self, proposal: Proposal, caller: Caller) -> Simulation:
        """Return what submitting it would lead to, and submit nothing."""


class LookingAhead(Protocol):
    """What else is known beforehand of a simulated plan."""

    async def of(self, simulation: Simulation, person: Principal) -> Outlook | None:
        """Return it, None where there is no plan."""


class RunbookRoom:
    """Serves `bot.surfaces.procedures.RunbookDesk`."""

    def __init__(
        self,
        runbooks: RunbookCatalogue,
        catalogue: Catalogue,
        capabilities: Sequence[Capability],
        runner: Simulating,
        ids: Ids,
        outlooks: LookingAhead | None = None,
    ) -> None:
        self._outlooks = outlooks
        self._runbooks = runbooks
        self._catalogue = catalogue
        self._capabilities = {each.name: each for each in capabilities}
        self._runner = runner
        self._ids = ids

    def all(self, principal: Principal) -> RunbookList:
        """Return the runbooks there are."""
        reader(principal)
        known = self._runbooks
        return RunbookList(items=tuple(map(_line, known.newest())), findings=known.findings, lacking=known.lacking)

    def one(self, principal: Principal, name: str) -> RunbookView:
        """Return one of them."""
        found = self.whole(principal, name)
        return RunbookView(
            name=found.name,
            head=found.head,
            versions=tuple(each.head.version for each in self._runbooks.versions(found.head.id)),
            steps=tuple(
                StepView(number=step.number, title=step.title, tool=step.action.tool if step.action else "")
                for step in found.steps
            ),
            text=found.text,
        )

    def whole(self, principal: Principal, name: str) -> Runbook:
        """Return one as it was read."""
        reader(principal)
        return self._runbooks.find(name)

    def says(self, principal: Principal, name: str, inputs: dict[str, JsonValue]) -> str:
        """Return the message that runs it."""
        found = self.whole(principal, name)
        values = bound(found.head.inputs, _given(found, inputs), self._catalogue)
        return command(found.name, {given: values[given].value for given in inputs if given in values})

    async def simulate(self, principal: Principal, name: str, inputs: dict[str, JsonValue]) -> RunbookSimulation:
        """Return what running it would mean. The simulation's ids are its own and lead nowhere."""
        found = self.whole(principal, name)
        values = bound(found.head.inputs, _given(found, inputs), self._catalogue)
        made = compiled(found, values, self._catalogue, self._capabilities)
        simulated = None
        if made.proposal.calls:
            simulated = await self._runner.simulate(made.proposal, self._caller(principal))
        return RunbookSimulation(
            runbook=found.name,
            says=self.says(principal, name, inputs),
            looks=tuple(LookAhead(step=look.step, call=look.call) for look in made.looks),
            simulation=simulated,
            outlook=await self._outlooks.of(simulated, principal) if simulated and self._outlooks else None,
        )

    def _caller(self, principal: Principal) -> Caller:
        return Caller(
            principal=principal,
            thread=self._ids.new("sim"),
            message=self._ids.new("sim"),
            correlation=self._ids.new("sim"),
        )


def _given(runbook: Runbook, inputs: Mapping[str, JsonValue]) -> dict[str, Argument]:
    """Return inputs as a person gave them; a text is read as what its input takes."""
    return {
        name: Argument(value=_read(runbook, name, value), provenance=Provenance.SAID)
        for name, value in inputs.items()
        if (value is not None and value != "") or name not in runbook.head.inputs
    }


def _read(runbook: Runbook, name: str, value: JsonValue) -> JsonValue:
    wanted = runbook.head.inputs.get(name)
    if wanted is None or not isinstance(value, str):
        return value
    try:
        return wanted.read(value)
    except ValueError:
        return value  # refused with a reason where it is bound


def _line(runbook: Runbook) -> RunbookLine:
    head = runbook.head
    return RunbookLine(
        id=head.id,
        version=head.version,
        title=head.title,
        summary=head.summary,
        tier=head.tier.value,
        owner=head.owner,
        services=head.services,
        alerts=head.alerts,
        steps=len(runbook.steps),
        actions=len(runbook.actions),
        file=runbook.file,
    )
