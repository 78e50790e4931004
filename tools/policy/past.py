"""Past requests out of a log: each as it was decided, or why it cannot be rebuilt. Pure.

An entry has digests alone. What was asked for stands beside the log: plans whole, looks in how a message was
understood. Where that was erased, was not brought along, or digests to something else, the request is not rebuilt.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from memory.canonical import digest
from memory.model.approval import Verdict
from memory.model.bodies import Approved, BrokeGlass, Decided, Denied, Interpreted, Observed, Planned
from memory.model.intent import Intent
from memory.model.plan import Call, Effect, Plan
from memory.model.record import SYSTEM, Entry
from memory.model.value import Index, Moment, Value
from tools.policy.request import Request

ERASED = "whoever asked is not named beside the log, or was erased"
NO_PLAN = "the plan is not kept beside the log, or was erased"
OTHER_PLAN = "the plan beside the log is not the one of the entry"
NO_WORDS = "how the message was understood is not kept beside the log, or was erased"
OTHER_CALL = "the call was not what the message asked for, and no entry keeps its arguments"
NO_REQUEST = "what is kept is no request that policy can be asked"


class Unbuilt(Value):
    """A decision of the log whose request could not be rebuilt: its entry, and why."""

    index: Index
    why: str


class Past(Value):
    """The requests of a log, oldest first, each with the index of its entry; and those that are missing."""

    requests: tuple[Request, ...] = ()
    indices: tuple[Index, ...] = ()
    unbuilt: tuple[Unbuilt, ...] = ()

    def missing(self) -> dict[str, int]:
        """Return how many could not be rebuilt, by why, most first."""
        return dict(Counter(each.why for each in self.unbuilt).most_common())


@dataclass(frozen=True)
class _Missing(Exception):
    why: str


@dataclass
class _Reading:
    """What was read so far of a log that is walked from its beginning."""

    blobs: Mapping[str, bytes]
    people: Mapping[str, str]
    alone: frozenset[str]
    plans: dict[str, Plan | str] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)  # who approved a run before


def past(entries: Mapping[int, Entry], blobs: Mapping[str, bytes], people: Mapping[str, str]) -> Past:
    """Return the requests that these entries tell of; `blobs` are by their address, `people` by their pseudonym.

    A grant asks again what was decided, and is no request of its own.
    """
    told = [(index, entry, entry.told()) for index, entry in sorted(entries.items())]
    alone = frozenset(body.approval for _, _, body in told if isinstance(body, BrokeGlass))
    reading = _Reading(blobs, people, alone)
    requests: list[Request] = []
    indices: list[int] = []
    unbuilt: list[Unbuilt] = []
    for index, entry, body in told:
        try:
            for request in _requests(entry, body, reading):
                requests.append(request)
                indices.append(index)
        except _Missing as error:
            unbuilt.append(Unbuilt(index=index, why=error.why))
        except ValidationError:
            unbuilt.append(Unbuilt(index=index, why=NO_REQUEST))
    return Past(requests=tuple(requests), indices=tuple(indices), unbuilt=tuple(unbuilt))


def _requests(entry: Entry, body: object, reading: _Reading) -> Iterator[Request]:
    if isinstance(body, Planned):
        reading.plans[body.run] = _plan(body, reading.blobs)
    elif isinstance(body, Interpreted):
        kept = reading.blobs.get(body.content or "")
        if kept is not None:
            reading.intents[body.message] = Intent.model_validate_json(kept)
    elif isinstance(body, Decided):
        plan = _known(body.run, reading)
        yield from [_asked(plan.requester, step.call, entry.at) for step in plan.steps]
    elif isinstance(body, Approved) and body.verdict is Verdict.APPROVE:
        yield from list(_approvals(entry, body, reading))
    elif isinstance(body, Observed):
        yield _asked(_person(entry, reading), _meant(body.message, body.call_digest, reading), entry.at)
    elif isinstance(body, Denied) and body.code == "policy.denied" and body.run is None:
        call = _meant(body.message or "", body.subject_digest or "", reading)
        yield _asked(_person(entry, reading), call, entry.at)


def _approvals(entry: Entry, body: Approved, reading: _Reading) -> Iterator[Request]:
    """Yield the yes of one person, once for each call of the plan that does more than look."""
    plan, person = _known(body.run, reading), _person(entry, reading)
    before = reading.said.setdefault(body.run, [])
    alone = body.approval in reading.alone
    for step in plan.steps:
        if step.effect is not Effect.READ:
            yield Request(
                principal=person,
                approves=plan.requester,
                tool=step.call.tool,
                arguments=step.call.arguments,
                provenance=step.call.provenance,
                assurance=body.assurance,
                approved_by=() if alone else tuple(before),
                break_glass=alone,
                at=entry.at,
            )
    if not alone:
        before.append(person)


def _asked(person: str, call: Call, at: Moment) -> Request:
    return Request(principal=person, tool=call.tool, arguments=call.arguments, provenance=call.provenance, at=at)


def _plan(body: Planned, blobs: Mapping[str, bytes]) -> Plan | str:
    """Return the plan that an entry names, or why there is none."""
    kept = blobs.get(body.content or "")
    if kept is None:
        return NO_PLAN
    try:
        plan = Plan.model_validate_json(kept)
    except ValidationError:
        return OTHER_PLAN
    return plan if plan.digest() == body.plan_digest else OTHER_PLAN


def _known(run: str, reading: _Reading) -> Plan:
    plan = reading.plans.get(run, NO_PLAN)
    if isinstance(plan, str):
        raise _Missing(plan)
    return plan


def _meant(message: str, call_digest: str, reading: _Reading) -> Call:
    """Return the call that a message asked for, where it is the one of the entry."""
    intent = reading.intents.get(message)
    if intent is None:
        raise _Missing(NO_WORDS)
    origins = {name: each.provenance for name, each in intent.arguments.items()}
    if intent.tool:
        call = Call(tool=intent.tool, arguments=intent.values(), provenance=origins)
        if digest(call) == call_digest:
            return call
    raise _Missing(OTHER_CALL)


def _person(entry: Entry, reading: _Reading) -> str:
    person = SYSTEM if entry.actor == SYSTEM else reading.people.get(entry.actor)
    if person is None:
        raise _Missing(ERASED)
    return person
