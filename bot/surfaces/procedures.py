"""What surfaces ask of the runbooks: which there are, what one says, and what running it would mean."""

from typing import Protocol

from memory.model.people import Principal
from memory.model.plan import Call
from memory.model.value import JsonValue, Value
from runbooks.catalogue import Lacking
from runbooks.format import Finding, Input, Runbook
from runbooks.format.model import Head
from runbooks.simulation import Outlook, Simulation


class RunbookLine(Value):
    """A runbook as a list shows it."""

    id: str
    version: str
    title: str
    summary: str
    tier: str
    owner: str
    services: tuple[str, ...]
    alerts: tuple[str, ...]
    steps: int
    actions: int
    file: str


class RunbookList(Value):
    """The newest version of every runbook, and what is wrong with files that were left out.

    `lacking` are those that come with Quarterdeck and need tools that are not configured.
    """

    items: tuple[RunbookLine, ...]
    findings: tuple[Finding, ...] = ()
    lacking: tuple[Lacking, ...] = ()


class StepView(Value):
    """One step as a page shows it: `tool` is empty where there is nothing to run."""

    number: int
    title: str
    tool: str = ""


class RunbookView(Value):
    """One runbook: its head, its steps, and its Markdown, which is not to be trusted as more than text."""

    name: str
    head: Head
    versions: tuple[str, ...]
    steps: tuple[StepView, ...]
    text: str

    @property
    def inputs(self) -> dict[str, Input]:
        """Return what has to be given."""
        return self.head.inputs


class LookAhead(Value):
    """A read that a runbook begins with."""

    step: int
    call: Call


class RunbookSimulation(Value):
    """What running a runbook would mean: what it looks at first, and the plan with every dry run and decision.

    Nothing of it was submitted, recorded or done. `says` is the message that runs it.
    """

    runbook: str
    says: str
    looks: tuple[LookAhead, ...]
    simulation: Simulation | None  # None: it only looks
    outlook: Outlook | None = None  # None where there is no plan


class RunbookDesk(Protocol):
    """Answers about runbooks. Carrying one out is asked of the desk, in words."""

    def all(self, principal: Principal) -> RunbookList:
        """Return the runbooks there are."""

    def one(self, principal: Principal, name: str) -> RunbookView:
        """Return one by its id or "id@version"; raises `NotFound`."""

    def whole(self, principal: Principal, name: str) -> Runbook:
        """Return one as it was read; raises `NotFound`."""

    def says(self, principal: Principal, name: str, inputs: dict[str, JsonValue]) -> str:
        """Return the message that runs it with these inputs; raises `NotFound` or `InvalidInput`."""

    async def simulate(self, principal: Principal, name: str, inputs: dict[str, JsonValue]) -> RunbookSimulation:
        """Return what running it would mean; raises `NotFound`, `InvalidInput` or `RunbookOnlySuggests`."""
