"""For the tests of runbooks: a runbook compiled and dry-run on tools that change nothing but say what they would.

What the tools here say is made up; that a step fits its tool, that a plan is the same every time, and what it
would call are not.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path

from memory.errors import RunbookInvalid
from memory.model.catalogue import Catalogue, Service
from memory.model.intent import Argument, Provenance
from memory.model.people import Principal
from memory.model.plan import Call, Check, Plan
from memory.model.run import Change, Preview
from memory.model.value import JsonValue
from runbooks.catalogue import Source, loaded
from runbooks.compiler import Rehearsal as DryRun
from runbooks.compiler import compile_plan
from runbooks.format import Compiled, Finding, bound, compiled
from runbooks.format.finding import errors
from runbooks.proposal import Caller
from tools import capabilities as known
from tools.contract import Capability, statement
from tools.registry import validated

SERVICES = Catalogue(
    services=(
        Service(name="checkout", environments=("production", "staging"), depends_on=("payments",)),
        Service(name="payments", environments=("production", "staging")),
    )
)


class Rehearsal:
    """A runbook of a file, to be looked at from all sides."""

    def __init__(
        self,
        path: Path | Traversable,
        *,
        capabilities: Sequence[Capability] = known.EVERY,
        services: Catalogue = SERVICES,
        today: date | None = None,
    ) -> None:
        self._capabilities = {each.name: each for each in capabilities}
        self._services = services
        source = Source(name=path.name, data=path.read_bytes())
        self.runbook, self.findings = loaded(source, capabilities, today=today)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What has to be mended before it can be used."""
        return errors(self.findings)

    def compiled(self, inputs: Mapping[str, JsonValue]) -> Compiled:
        """Return what it looks at and proposes for these inputs; raises `RunbookInvalid` or `InvalidInput`."""
        if self.runbook is None:
            raise RunbookInvalid(self.errors[0].explained())
        given = {name: Argument(value=value, provenance=Provenance.SAID) for name, value in inputs.items()}
        values = bound(self.runbook.head.inputs, given, self._services)
        return compiled(self.runbook, values, self._services, self._capabilities)

    def plan(self, inputs: Mapping[str, JsonValue]) -> Plan:
        """Return the plan that people would be asked to approve, with made-up dry runs."""
        proposal = self.compiled(inputs).proposal
        person = Principal(id="somebody", tenant="test", name="Somebody")
        caller = Caller(principal=person, thread="thread", message="message", correlation="correlation")
        dry_runs = tuple(self._dry_run(call) for call in proposal.calls)
        return compile_plan(proposal, dry_runs, caller, self._capabilities)

    def _dry_run(self, call: Call) -> DryRun:
        capability = self._capabilities[call.tool]
        validated(capability, call.arguments)
        says = statement(capability, call)
        preview = Preview(
            call=call, summary=says, changes=(Change(field=call.tool, before="-", after=says),), undo=call
        )
        checks: tuple[Check, ...] = ()
        return DryRun(preview=preview, checks=checks)
