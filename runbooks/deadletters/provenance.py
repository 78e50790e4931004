"""Where a dead letter came from: from the run back to the message that began it, link by link in the log. Pure.

Nothing is assumed: a link that is not in the log is named as missing.
"""

from collections.abc import Iterable

from memory.model.bodies import EntryKind
from memory.model.dead_letter import DeadLetter, Origin
from memory.model.record import Recorded
from memory.model.run import Run
from memory.model.value import Value
from memory.trace import CausalGraph, causal_graph


class Provenance(Value):
    """What led to a dead letter, by ledger index, the message first; and what the log does not tell of it."""

    message: str
    links: tuple[int, ...]
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Return whether the letter can be traced to the message that began it."""
        return not self.missing


def origin(run: Run, step: int | None, entries: Iterable[Recorded]) -> Origin:
    """Return where a run came from; `entries` are those of its turn."""
    told = tuple(entries)
    grants = [
        each.entry.body.get("grant") for each in told if each.entry.kind is EntryKind.DECIDED and _of(each, run)
    ]
    return Origin(
        message=run.plan.message,
        thread=run.plan.thread,
        correlation=run.correlation,
        requester=run.plan.requester,
        plan_digest=run.plan_digest,
        run=run.id,
        step=step,
        tool="" if step is None else run.plan.steps[step].call.tool,
        runbook=run.plan.runbook or "",
        approvals=tuple(approval.id for approval in run.approvals),
        grants=tuple(map(str, grants)),
        entries=_leading(causal_graph(told), [each.entry.subject for each in told if _of(each, run)]),
    )


def traced(letter: DeadLetter, entries: Iterable[Recorded]) -> Provenance:
    """Return what led to a letter, from the entries of the turn that it names."""
    told = tuple(entries)
    graph = causal_graph(told)
    known = graph.by_subject()
    subject = f"dead_letter:{letter.id}"
    needed = [subject, f"run:{letter.origin.run}", f"decision:{letter.origin.run}"]
    needed += [f"approval:{each}" for each in letter.origin.approvals]
    needed += [f"grant:{each}" for each in letter.origin.grants]
    needed += [f"interpretation:{letter.origin.message}", f"message:{letter.origin.message}"]
    missing = [each for each in needed if each not in known]
    about = [each.entry.subject for each in told if each.entry.body.get("run") == letter.origin.run]
    links = _leading(graph, [*needed, *about])
    if not missing and known[f"message:{letter.origin.message}"].index not in _leading(graph, [subject]):
        missing.append(f"a way from {subject} to message:{letter.origin.message}")
    return Provenance(message=letter.origin.message, links=links, missing=tuple(missing))


def _of(each: Recorded, run: Run) -> bool:
    return each.entry.body.get("run") == run.id


def _leading(graph: CausalGraph, subjects: Iterable[str]) -> tuple[int, ...]:
    """Return the indices of the entries about these things and about everything that led to them."""
    nodes = graph.by_subject()
    found: set[str] = set()
    frontier = [each for each in subjects if each in nodes]
    while frontier:
        subject = frontier.pop()
        if subject not in found:
            found.add(subject)
            frontier += nodes[subject].causes
    return tuple(sorted(each.receipt.index for subject in found for each in nodes[subject].entries))
