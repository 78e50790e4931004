"""From a runbook and its inputs to a proposal. Pure: the same file and inputs give the same calls, byte for byte.

What only looks is looked at before there is a plan, and its evidence speaks for it; what acts becomes the plan.
"""

from collections.abc import Iterator, Mapping

from memory.errors import InvalidInput, RunbookOnlySuggests
from memory.model.catalogue import Catalogue, Service
from memory.model.intent import Argument, Provenance
from memory.model.plan import Budget, Call, Check, Comparison, Effect, Tier
from memory.model.value import JsonValue, Value
from memory.model.window import parse_duration
from runbooks.format.inputs import LONGEST_LIST
from runbooks.format.model import Action, Bound, CallText, CheckText, Measure, Runbook, Step
from runbooks.format.references import filled, origins, whole, written
from runbooks.proposal import Proposal, Terms
from tools.contract import Capability
from tools.registry import validated

LONGEST_PLAN = 50  # steps that people can still read before they agree to them

Inputs = Mapping[str, Argument]


class Look(Value):
    """A read of a runbook's step."""

    step: int
    call: Call


class Compiled(Value):
    """A runbook with its inputs put in: what is looked at first, and what is proposed, which may be nothing."""

    runbook: str
    looks: tuple[Look, ...]
    proposal: Proposal
    steps: tuple[int, ...] = ()  # for each call of the proposal, the number of the step it came from


def compiled(
    runbook: Runbook, inputs: Inputs, catalogue: Catalogue, capabilities: Mapping[str, Capability]
) -> Compiled:
    """Return the calls of a runbook for these inputs, as `bound` returns them.

    Raises `RunbookOnlySuggests` where it may not act or nothing in it does, and `InvalidInput` where a value does
    not fit what it is for.
    """
    if runbook.head.tier is Tier.SUGGEST or not runbook.actions:
        raise RunbookOnlySuggests(
            f"expected a runbook that can be carried out, found that {runbook.head.id} only says what to do",
            hint="Read it and follow it; what it would take to run it is in its import report or its head.",
        )
    looks: list[Look] = []
    calls: list[tuple[int, Call, Terms]] = []
    for step, action, values in _actions(runbook, inputs, catalogue):
        call = _call(action, values, capabilities)
        if capabilities[action.tool].effect is Effect.READ:
            looks.append(Look(step=step.number, call=call))
        else:
            calls.append((step.number, call, _terms(action, values, capabilities)))
    if len(calls) > LONGEST_PLAN:
        raise InvalidInput(f"expected at most {LONGEST_PLAN} steps that act, found {len(calls)}")
    proposal = Proposal(
        goal=_goal(runbook, inputs),
        calls=tuple(call for _, call, _ in calls),
        terms=tuple(terms for _, _, terms in calls),
        runbook=runbook.name,
        budget=_budget(runbook),
    )
    numbers = tuple(number for number, _, _ in calls)
    return Compiled(runbook=runbook.name, looks=tuple(looks), proposal=proposal, steps=numbers)


def _actions(runbook: Runbook, inputs: Inputs, catalogue: Catalogue) -> Iterator[tuple[Step, Action, Inputs]]:
    for step in runbook.steps:
        action = step.action
        if action is None:
            continue
        if action.for_each is None:
            yield step, action, inputs
            continue
        source = whole(action.for_each.source) or ""
        origin, items = _items(source, inputs, catalogue)
        most = action.for_each.most or LONGEST_LIST
        if len(items) > most:
            raise InvalidInput(f"expected at most {most} of {source} in step {step.number}, found {len(items)}")
        for item in items:
            yield step, action, {**inputs, action.for_each.each: Argument(value=item, provenance=origin)}


def _items(source: str, inputs: Inputs, catalogue: Catalogue) -> tuple[Provenance, list[JsonValue]]:
    name, _, listed = source.partition(".")
    given = inputs[name]
    if not listed:
        return given.provenance, list(given.value) if isinstance(given.value, list) else []
    service = catalogue.find(str(given.value))
    return Provenance.CATALOGUE, list(LISTS[listed](service)) if service else []


LISTS = {
    "depends_on": lambda service: service.depends_on,
    "environments": lambda service: service.environments,
    "flags": lambda service: service.flags,
}


def service_list(service: Service, name: str) -> tuple[str, ...]:
    """Return one of the lists that the catalogue keeps of a service."""
    found: tuple[str, ...] = LISTS[name](service)
    return found


def _call(text: CallText, inputs: Inputs, capabilities: Mapping[str, Capability]) -> Call:
    values = {name: argument.value for name, argument in inputs.items()}
    arguments = filled(text.arguments, values)
    assert isinstance(arguments, dict)  # noqa: S101  # a mapping stays one
    given: dict[str, JsonValue] = {name: value for name, value in arguments.items() if value is not None}
    validated(capabilities[text.tool], given)
    kept = {name: origin for name, origin in origins(text.arguments, inputs).items() if name in given}
    return Call(tool=text.tool, arguments=given, provenance=kept)


def _terms(action: Action, inputs: Inputs, capabilities: Mapping[str, Capability]) -> Terms:
    undo = action.undo
    return Terms(
        when=None if action.when is None else _check(action.when, inputs, capabilities),
        checks=None
        if action.check is None
        else tuple(_check(each, inputs, capabilities) for each in action.check),
        undo=_call(undo, inputs, capabilities) if isinstance(undo, CallText) else None,
        timeout_s=_seconds(action.timeout),
        attempts=action.retries + 1,
    )


def _check(text: Measure, inputs: Inputs, capabilities: Mapping[str, Capability]) -> Check:
    above = text.above is not None
    bound = _number(text.above if text.above is not None else text.below, inputs)
    after = isinstance(text, CheckText)
    call = _call(text, inputs, capabilities)
    return Check(
        call=call,
        comparison=Comparison.ABOVE if above else Comparison.BELOW,
        bound=bound,
        within_s=_seconds(text.within) if isinstance(text, CheckText) else 0.0,
        settle_s=_seconds(text.settle) if isinstance(text, CheckText) and text.settle else 0.0,
        says=_says(text, bound, inputs, above=above, after=after),
    )


def _says(text: Measure, bound: float, inputs: Inputs, *, above: bool, after: bool) -> str:
    if text.says:
        return written(filled(text.says, {name: each.value for name, each in inputs.items()}))
    return f"{text.tool} {'is' if after else 'was'} {'above' if above else 'below'} {bound:g}"


def _number(bound: Bound | None, inputs: Inputs) -> float:
    value = inputs[whole(bound) or ""].value if isinstance(bound, str) else bound
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(f"expected a number as a bound, found {str(value)[:40]!r}")
    return float(value)


def _seconds(duration: str) -> float:
    return parse_duration(duration).total_seconds()


def _goal(runbook: Runbook, inputs: Inputs) -> str:
    said = [f"{name} {written(each.value)}" for name, each in inputs.items() if each.value is not None]
    return f"{runbook.head.title}: {', '.join(said)}" if said else runbook.head.title


def _budget(runbook: Runbook) -> Budget | None:
    """Return the runbook's budget; what it leaves open is the sum of its steps', where each has one."""
    steps = [action.budget for action in runbook.actions]
    head = runbook.head.budget or Budget()
    own = [each for each in steps if each is not None]
    if len(own) < len(steps) or not own:
        return runbook.head.budget
    seconds = [each.seconds for each in own if each.seconds is not None]
    calls = [each.calls for each in own if each.calls is not None]
    cents = [each.cents for each in own if each.cents is not None]
    whole_ = len(own)
    return Budget(
        seconds=head.seconds if head.seconds is not None else sum(seconds) if len(seconds) == whole_ else None,
        calls=head.calls if head.calls is not None else sum(calls) if len(calls) == whole_ else None,
        cents=head.cents if head.cents is not None else sum(cents) if len(cents) == whole_ else None,
    )
