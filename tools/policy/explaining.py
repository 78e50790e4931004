"""Why a request gets the answer it gets, and what would change it: policy is asked, nothing is guessed. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from memory.model.approval import LADDER
from memory.model.decision import Decision, NeedsApproval
from memory.model.intent import Provenance
from memory.model.people import Role
from memory.model.value import Moment, Value
from tools.policy.engine import Policy
from tools.policy.entities import held
from tools.policy.facts import Facts
from tools.policy.question import Ruling
from tools.policy.quorum import missing
from tools.policy.request import DENY, Request, decided, verdict
from tools.policy.source import Library, Written

MOST_CHANGES = 2  # at once, to turn a no into a yes


@dataclass(frozen=True, eq=False)
class Change:
    """One thing that could be different about a request or about the person who makes it."""

    says: str
    request: Mapping[str, object] = field(default_factory=dict)
    role: Role | None = None


class Remedy(Value):
    """What would turn the no into something else, and into what."""

    changes: tuple[str, ...]
    verdict: str


class Explanation(Value):
    """A decision with the text of the policies that decided it, and what would be needed.

    `until` is the no that stands as long as one approval of those it needs is missing.
    """

    request: Request
    verdict: str
    decision: Decision
    policies: tuple[Written, ...]
    until: Ruling | None = None
    remedies: tuple[Remedy, ...] = ()


def explain(library: Library, facts: Facts, request: Request, now: Moment) -> Explanation:
    """Decide a request and say why; raises `PolicyInvalid`."""
    policy = Policy(library.text(), facts)
    decision = decided(policy, request, now)
    question = request.question(now)
    until = missing(policy, question, decision) if question and isinstance(decision, NeedsApproval) else None
    names = (*decision.basis.policies, *(until.policies if until else ()))
    written = (library.written(name) for name in dict.fromkeys(names))
    return Explanation(
        request=request,
        verdict=verdict(decision),
        decision=decision,
        policies=tuple(each for each in written if each is not None),
        until=until,
        remedies=_remedies(policy, request, now) if verdict(decision) == DENY else (),
    )


def _remedies(policy: Policy, request: Request, now: Moment) -> tuple[Remedy, ...]:
    """Return the fewest changes that help: alone where one is enough, else in pairs."""
    possible = tuple(_changes(policy.facts, request, now))
    policies = {None: policy} | {
        each.role: Policy(policy.text, _promoted(policy.facts, request.principal, each.role))
        for each in possible
        if each.role is not None
    }
    for size in range(1, MOST_CHANGES + 1):
        answers = {
            changes: _answer(policies, request, changes, now)
            for changes in combinations(possible, size)
            if sum(change.role is not None for change in changes) <= 1
        }
        helpful = {changes: answer for changes, answer in answers.items() if answer != DENY}
        if helpful:
            return tuple(
                Remedy(changes=tuple(change.says for change in changes), verdict=answer)
                for changes, answer in helpful.items()
                if not _more_than(_role(changes), {_role(others) for others in helpful})
            )
    return ()


def _answer(
    policies: Mapping[Role | None, Policy], request: Request, changes: tuple[Change, ...], now: Moment
) -> str:
    changed = request.model_copy(update={name: value for each in changes for name, value in each.request.items()})
    return verdict(decided(policies[_role(changes)], changed, now))


def _role(changes: tuple[Change, ...]) -> Role | None:
    return next((change.role for change in changes if change.role is not None), None)


def _more_than(role: Role | None, enough: set[Role | None]) -> bool:
    """Return whether one of the roles that are enough is a part of this one."""
    return role is not None and bool((held([role]) - {role}) & enough)


def _changes(facts: Facts, request: Request, now: Moment) -> Iterator[Change]:
    person = next((each for each in facts.people if each.id == request.principal), None)
    if person is not None:
        missing = [role for role in Role if role not in held(person.roles)]
        yield from (Change(says=f"the role {role.value}", role=role) for role in missing)
    if {Provenance.UNTRUSTED, Provenance.MODEL} & set(request.provenance.values()):
        yield Change(says="the values in the person's own words", request={"provenance": {}})
    at = request.at or now
    ends = [freeze.ends_at for freeze in facts.catalogue.freezes if freeze.starts_at <= at < freeze.ends_at]
    if ends:
        yield Change(says=f"waiting until the freeze ends, at {max(ends).isoformat()}", request={"at": max(ends)})
    if request.approves or request.promotes:
        for surer in LADDER[request.assurance.level() :]:
            yield Change(says=f"a yes by {surer.value}", request={"assurance": surer})
    if request.budget is not None:
        yield Change(says="a larger budget", request={"budget": None})


def _promoted(facts: Facts, principal: str, role: Role) -> Facts:
    people = tuple(
        each.model_copy(update={"roles": (*each.roles, role)}) if each.id == principal else each
        for each in facts.people
    )
    return facts.model_copy(update={"people": people})
