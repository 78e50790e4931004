"""What a change of policy would have meant for requests of the past: decided under both, and compared. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice

from pydantic import Field

from memory.model.decision import Allow, Decision, Deny, NeedsApproval
from memory.model.value import Moment, Value
from tools.policy.document import Document
from tools.policy.engine import Policy
from tools.policy.question import Ruling
from tools.policy.quorum import MOST_APPROVALS, decide_each
from tools.policy.quorum import missing as lacking
from tools.policy.request import Request, decided, verdict

AT_ONCE = 512

Strictness = tuple[int, int]
_NO: Strictness = (MOST_APPROVALS + 1, 0)

Pair = tuple[Decision, Decision]  # before and after
Edited = tuple[Document, ...] | None  # None: the facts differ too


class Kind(StrEnum):
    """How an answer changed."""

    TO_DENY = "allow→deny"
    TO_ALLOW = "deny→allow"
    MORE_APPROVALS = "more approvals"
    FEWER_APPROVALS = "fewer approvals"


class Change(Value):
    """One request that would be answered differently, and by which policies before and after."""

    number: int  # of the request, from 1
    kind: Kind
    principal: str
    what: str
    at: Moment
    before: str
    after: str
    policies_before: tuple[str, ...]
    policies_after: tuple[str, ...]
    reason: str = ""


class Simulation(Value):
    """The answers to the same requests under two policies, compared.

    `missing` counts the past requests that could not be rebuilt, and so were not compared, by why.
    """

    old_hash: str
    new_hash: str
    requests: int
    missing: dict[str, int] = Field(default_factory=dict)
    changes: tuple[Change, ...]

    def kinds(self) -> dict[str, int]:
        """Return how many answers changed, by how; every kind is named."""
        counted = Counter(change.kind for change in self.changes)
        return {kind.value: counted[kind] for kind in Kind}

    def people(self) -> dict[str, int]:
        """Return how many answers changed, by whom they were given to, most first."""
        return dict(Counter(change.principal for change in self.changes).most_common())

    def tools(self) -> dict[str, int]:
        """Return how many answers changed, by tool, most first."""
        return dict(Counter(change.what for change in self.changes).most_common())


def simulate(
    old: Policy,
    new: Policy,
    requests: Iterable[Request],
    now: Moment,
    missing: Mapping[str, int] | None = None,
) -> Simulation:
    """Decide every request under both policies; `now` stands for the moment of those that name none.

    The approvals a request was given are counted; what it still needed is what `needs N` says.
    """
    changes: list[Change] = []
    count = 0
    edited = _edited(old, new)
    for some in _batches(requests):
        for request, answers in zip(some, _compared(old, new, some, edited, now), strict=True):
            count += 1
            kind = _kind(*map(_strictness, answers))
            if kind is not None:
                changes.append(_change(count, kind, request, answers, new, now))
    return Simulation(
        old_hash=old.hash,
        new_hash=new.hash,
        requests=count,
        missing=dict(missing or {}),
        changes=tuple(changes),
    )


def _batches(requests: Iterable[Request]) -> Iterator[list[Request]]:
    source = iter(requests)
    while some := list(islice(source, AT_ONCE)):
        yield some


def _compared(
    old: Policy, new: Policy, requests: Sequence[Request], edited: Edited, now: Moment
) -> Iterator[Pair]:
    """Yield both answers to each request. Where no edited policy could apply, the second is the first."""
    asked = [request.question(now) for request in requests]
    calls = [question for question in asked if question is not None]
    touched = [edited is None or new.concerned(question, edited) for question in calls]
    before = decide_each(old, calls)
    again = iter(decide_each(new, [question for question, hit in zip(calls, touched, strict=True) if hit]))
    answers = iter([(first, next(again) if hit else first) for first, hit in zip(before, touched, strict=True)])
    for request, question in zip(requests, asked, strict=True):
        yield next(answers) if question else (decided(old, request, now), decided(new, request, now))


def _edited(old: Policy, new: Policy) -> Edited:
    """Return the policies that only one of the two has, None where the facts differ and any answer may."""
    if old.facts != new.facts:
        return None
    kept = [each for each in old.documents() if each in new.documents()]
    return tuple(each for each in (*old.documents(), *new.documents()) if each not in kept)


def _change(number: int, kind: Kind, request: Request, answers: Pair, new: Policy, now: Moment) -> Change:
    before, after = answers
    question = request.question(now)
    why = lacking(new, question, after) if question else None
    return Change(
        number=number,
        kind=kind,
        principal=request.principal,
        what=request.what(),
        at=request.at or now,
        before=verdict(before),
        after=verdict(after),
        policies_before=before.basis.policies,
        policies_after=why.policies if why and isinstance(after, Deny) else after.basis.policies,
        reason=_reason(after, why),
    )


def _reason(decision: Decision, why: Ruling | None) -> str:
    if why is not None:
        return why.reason
    return decision.reason if isinstance(decision, Deny) else ""


def _strictness(decision: Decision) -> Strictness:
    """Return how many approvals it takes and how sure they are; a no is more than policy can ask for."""
    if isinstance(decision, NeedsApproval):
        return decision.quorum(), decision.assurance().level()
    return (0, 0) if isinstance(decision, Allow) else _NO


def _kind(before: Strictness, after: Strictness) -> Kind | None:
    if before == after:
        return None
    if after == _NO:
        return Kind.TO_DENY
    if before == _NO:
        return Kind.TO_ALLOW
    return Kind.MORE_APPROVALS if after > before else Kind.FEWER_APPROVALS
