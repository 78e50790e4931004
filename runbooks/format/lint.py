"""A runbook held against the tools there are, and against what a procedure that acts has to say. Pure.

A runbook with an error is never run: whoever loads runbooks leaves it out and says why.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from memory.model.plan import Effect, Tier
from runbooks.format.compiling import LISTS
from runbooks.format.finding import Findings, Severity, errors, shown
from runbooks.format.fitting import Fitting, Known, near_to
from runbooks.format.inputs import Input, InputType
from runbooks.format.model import Action, CallText, CheckText, Measure, Repeat, Runbook, Step
from runbooks.format.reading import Reading, read
from runbooks.format.references import references, whole
from runbooks.format.tree import Path, Tree
from tools.contract import Capability

MEASURED = "metrics."  # tools whose outcome carries a number

_NUMBERS = {InputType.INTEGER, InputType.NUMBER}
_WHY = {Effect.DESTRUCTIVE: "cannot be taken back", Effect.EGRESS: "sends data out"}
_MARKERS = {
    "reviewed": "The day somebody last read it through, as 2026-11-21.",
    "review_by": "The day by which it is read again.",
    "change": "standard, normal or emergency.",
    "data": "public, internal, confidential or restricted.",
}


def lint(text: str, file: str, capabilities: Iterable[Capability], *, today: date | None = None) -> Reading:
    """Return what `read` does, with everything that is wrong with what the runbook asks for.

    With `today`, a review that is overdue is a warning.
    """
    reading = read(text, file)
    if reading.runbook is None:
        return reading
    runbook, findings = reading.runbook, Findings(file, reading.runbook.text)
    tools = {each.name: each for each in capabilities}
    for step in runbook.steps:
        if step.action is not None and step.tree is not None:
            _Actions(runbook.head.inputs, tools, step.tree, findings).look(step, step.action)
    unread = bool(errors(reading.findings))
    _tier(runbook, tools, findings, unread=unread)
    if runbook.actions:
        _markers(runbook, today, findings)
    if not unread:
        _unused(runbook, findings)
    every = sorted((*reading.findings, *findings.all()), key=lambda each: (each.line, each.column, each.code))
    return Reading(runbook, tuple(every))


class _Actions:
    """Looks at one action of a runbook."""

    def __init__(self, inputs: Known, tools: Mapping[str, Capability], tree: Tree, findings: Findings) -> None:
        self._inputs = inputs
        self._tools = tools
        self._tree = tree
        self._findings = findings

    def look(self, step: Step, action: Action) -> None:
        known = {**self._inputs, **self._item(action.for_each)}
        fitting = Fitting(self._tools, known, self._tree, self._findings)
        capability = fitting.call(action, ())
        if isinstance(action.undo, CallText):
            self._undoing(fitting.call(action.undo, ("undo",)))
        if capability is not None:
            self._effect(action, capability)
        if capability is not None and capability.effect is Effect.READ:
            self._only_looks(step, action, capability)
        if action.when is not None:
            self._measure(action.when, ("when",), fitting, known)
        for number, check in enumerate(action.check or ()):
            one: Path = ("check", number) if ("check", number) in self._tree.marks else ("check",)
            self._measure(check, one, fitting, known)

    def _item(self, loop: Repeat | None) -> dict[str, Input]:
        """Return the name that stands for each item of a loop, where it loops over something."""
        if loop is None:
            return {}
        if loop.each in self._inputs:
            self._note(("for_each", "each"), "for_each.name", "a name no input has", loop.each, "Take another.")
        listed = self._inputs.get(whole(loop.source) or "")
        if loop.most is None and (listed is None or listed.most is None):
            mend = "Add `most: …` here or at the input."
            self._note(("for_each",), "for_each.unbounded", "how often at most", "no bound", mend)
        item = self._listed(loop.source)
        return {} if item is None else {loop.each: item}

    def _listed(self, source: str) -> Input | None:
        name, _, attribute = (whole(source) or "").partition(".")
        found = self._inputs.get(name)
        if found is not None and attribute in LISTS and found.type is InputType.SERVICE:
            kind = InputType.SERVICE if attribute == "depends_on" else InputType.IDENTIFIER
            return Input(type=kind, says=attribute)
        if found is not None and not attribute and found.of is not None:
            return Input(type=found.of, says=found.says, min=found.min, max=found.max)
        lists = ", ".join(f'"{{{{ service.{each} }}}}"' for each in LISTS)
        expected = f"an input of type list, or a list of a service ({lists})"
        mend = "" if found is not None else near_to(name, self._inputs)
        self._note(("for_each", "in"), "for_each.source", expected, shown(source), mend)
        return None

    def _undoing(self, tool: Capability | None) -> None:
        if tool is not None and tool.effect is Effect.READ:
            self._note(("undo", "tool"), "undo.reads", "a tool that acts", f"{tool.name}, which only looks")

    def _effect(self, action: Action, tool: Capability) -> None:
        said, real = action.effect, tool.effect
        if real is Effect.WRITE and (action.undo is None or action.undo == "none"):
            expected = f"how {tool.name} is taken back"
            mend = "`undo: automatic` takes the tool's own; else name a tool and its arguments."
            self._note(("undo",), "undo.missing", expected, "none" if action.undo else "nothing", mend)
        if said is None and real in _WHY:
            expected = f"`effect: {real.value}`, as {tool.name} {_WHY[real]}"
            self._note((), "effect.unmarked", expected, "no mark", "Add it.")
        elif said is not None and said is not real:
            self._note(("effect",), "effect.wrong", f"{real.value}, as {tool.name} has it", said.value)

    def _only_looks(self, step: Step, action: Action, tool: Capability) -> None:
        """A look is taken before there is a plan: nothing can be waited for, checked or undone."""
        for name in ("when", "check", "undo"):
            if getattr(action, name) is not None:
                expected = f"no `{name}` for {tool.name}, which only looks"
                self._note((name,), "read.terms", expected, f"one in step {step.number}", "Move it to what acts.")

    def _measure(self, measure: Measure, path: Path, fitting: Fitting, known: Known) -> None:
        tool = fitting.call(measure, path)
        fitting.words(measure.says, (*path, "says"))
        if tool is not None and tool.effect is not Effect.READ:
            self._note((*path, "tool"), "measure.acts", "a tool that looks", f"{tool.name}, which acts")
        elif tool is not None and not tool.name.startswith(MEASURED):
            expected = "a tool that gives a number, such as metrics.signal"
            self._note((*path, "tool"), "measure.number", expected, tool.name)
        for name in ("above", "below"):
            bound = getattr(measure, name)
            target = known.get(whole(bound) or "") if isinstance(bound, str) else None
            if isinstance(bound, str) and (target is None or target.type not in _NUMBERS):
                self._note((*path, name), "measure.bound", "a number, or an input that is one", bound)
        if not measure.says and isinstance(measure, CheckText):
            expected = "`says`: what it means in words"
            self._note(path, "measure.says", expected, "nothing", "Add it.", Severity.WARNING)

    def _note(  # the parts of a finding
        self,
        path: Path,
        code: str,
        expected: str,
        found: str,
        mend: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        self._findings.add(self._tree.mark(path), code, expected, found, mend, severity)


def _tier(runbook: Runbook, tools: Mapping[str, Capability], findings: Findings, *, unread: bool) -> None:
    """Hold the tier against what the actions do. No file makes itself autonomous: policy alone does.

    Where something is `unread`, it may have been the action that is missing.
    """
    tier, mark = runbook.head.tier, runbook.tree.mark(("tier",))
    acts = any(tools[each.tool].effect is not Effect.READ for each in runbook.actions if each.tool in tools)
    if tier is Tier.AUTONOMOUS:
        mend = "Policy alone says what needs nobody's yes."
        findings.add(mark, "tier.autonomous", "observe, suggest or execute", tier.value, mend)
    elif tier is Tier.SUGGEST and runbook.actions:
        findings.add(mark, "tier.suggest", "no action in what only suggests", "one", "Raise the tier.")
    elif tier is Tier.OBSERVE and acts:
        findings.add(mark, "tier.observe", "actions that only look", "one that acts", "`tier: execute`")
    elif tier is Tier.EXECUTE and not acts and not unread:
        expected, mend = "an action that acts", "`tier: observe` or `tier: suggest`"
        findings.add(mark, "tier.execute", expected, "none", mend, Severity.WARNING)


def _markers(runbook: Runbook, today: date | None, findings: Findings) -> None:
    head, tree = runbook.head, runbook.tree
    if not head.owner.strip():
        findings.add(tree.mark(("owner",)), "owner.empty", "who answers for it", "nobody", "Name a team.")
    for name, mend in _MARKERS.items():
        if not getattr(head.compliance, name):
            mark = tree.mark(("compliance", name))
            findings.add(mark, f"compliance.{name}", f"`{name}` filled in", "nothing", mend)
    until = head.compliance.review_by
    if today is not None and until and date.fromisoformat(until) < today:
        mark, mend = tree.mark(("compliance", "review_by")), "Read it through again, then move the day."
        findings.add(mark, "compliance.overdue", "a day still to come", until, mend, Severity.WARNING)


def _unused(runbook: Runbook, findings: Findings) -> None:
    used = {name for action in runbook.actions for name in _named(action)}
    for name in runbook.head.inputs if runbook.actions else ():
        if name not in used:
            mark = runbook.tree.mark(("inputs", name))
            mend = "Use it, or take it out."
            findings.add(mark, "input.unused", "an action that uses it", "none", mend, Severity.WARNING)


def _named(action: Action) -> Iterator[str]:
    written = action.model_dump(mode="json", by_alias=True)
    yield from (name.partition(".")[0] for _, name, _ in references(written))
