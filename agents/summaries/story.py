"""An account, read once: its entries in order, and every clause of them that does something in the story. Pure.

What came from outside may say that something is wrong or right again, and nothing else: it declares, decides,
resolves and explains nothing, whatever its words are. Orders to the reader are left out, whoever gives them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, wraps
from typing import TypeVar, cast

from agents.summaries.account import Account
from agents.summaries.clauses import Clause
from agents.summaries.lexicon import Role
from agents.summaries.orders import told
from agents.summaries.source import Source, of_entry, of_evidence, of_record
from agents.summaries.wording import clock, day
from memory.model.incident import Happening, TimelineEntry
from memory.model.value import Identifier

T = TypeVar("T")

_FROM_OUTSIDE = frozenset({Role.DETECTION, Role.IMPACT, Role.BETTER, Role.PERSON, Role.WORSE, Role.CHANGE})
_LATER = ("", " the next day", " days later")  # where there are no dates
_SURE = 3  # as many words of the lexicon as the kind of an entry is worth
_KINDS: dict[Happening, tuple[Role, ...]] = {
    Happening.ALERT: (Role.DETECTION, Role.IMPACT),
    Happening.EFFECT: (Role.ACTION,),
    Happening.DEPLOY: (Role.CHANGE,),
    Happening.FLAG: (Role.CHANGE,),
    Happening.HYPOTHESIS: (Role.HYPOTHESIS,),
    Happening.DECISION: (Role.DECISION,),
    Happening.APPROVAL: (Role.DECISION,),
    Happening.PROPOSAL: (Role.PLAN,),
    Happening.UPDATE: (Role.COMMUNICATION,),
    Happening.DUTY: (Role.DUTY,),
    Happening.SEVERITY: (Role.SEVERITY,),
}


@dataclass(frozen=True)
class Said:
    """One clause where it stands: in which entry, and at which place of the story."""

    entry: TimelineEntry
    place: int
    clause: Clause

    @property
    def at(self) -> datetime:
        """Return when it happened."""
        return self.entry.at

    def is_(self, *roles: Role) -> bool:
        """Return whether it does any of these."""
        return not self.clause.strength.keys().isdisjoint(roles)

    def strength(self, role: Role) -> int:
        """Return how much speaks for a role."""
        return self.clause.strength.get(role, 0)


@dataclass(frozen=True)
class Story:
    """What was understood of an account. `entries` are in the order in which they happened."""

    account: Account
    entries: tuple[TimelineEntry, ...]
    said: tuple[Said, ...]
    worked_out: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def by_role(self) -> dict[Role, tuple[int, ...]]:
        """Return the positions in `said` of the clauses that do each thing."""
        found: dict[Role, list[int]] = defaultdict(list)
        for position, each in enumerate(self.said):
            for role in each.clause.strength:
                found[role].append(position)
        return {role: tuple(positions) for role, positions in found.items()}

    @cached_property
    def spans_days(self) -> bool:
        """Return whether the entries are of more than one date, so that a time of day alone says too little."""
        return self.account.dated and bool(self.entries) and day(self.entries[0].at) != day(self.entries[-1].at)

    @cached_property
    def places(self) -> dict[Identifier, TimelineEntry]:
        """Return the entries by their ids."""
        return {entry.id: entry for entry in self.entries}

    def of(self, *roles: Role) -> tuple[Said, ...]:
        """Return the clauses that do any of these, in order."""
        listed = [self.by_role.get(role, ()) for role in roles]
        positions = listed[0] if len(listed) == 1 else sorted(set().union(*listed))
        return tuple(self.said[position] for position in positions)

    def when(self, at: datetime) -> str:
        """Return a moment as this story tells it: with its day only where there is more than one."""
        if self.spans_days:
            return f"{day(at)} {clock(at)}"
        if self.account.dated or not self.entries:
            return clock(at)
        later = min((at.date() - self.entries[0].at.date()).days, len(_LATER) - 1)
        return f"{clock(at)}{_LATER[max(later, 0)]}"

    def name(self, principal: str) -> str:
        """Return what people call a principal."""
        return self.account.people.get(principal, principal)

    def source(self, identifier: Identifier) -> Source | None:
        """Return what is cited by this id, None where there is no such thing."""
        entry = self.places.get(identifier)
        if entry is not None:
            return of_entry(entry, self.name(entry.author), dated=self.account.dated)
        evidence = self.account.evidence.get(identifier)
        if evidence is not None:
            return of_evidence(evidence)
        incident = self.account.incident
        return of_record(incident) if incident is not None and incident.id == identifier else None

    def cited(self, identifier: Identifier) -> Source:
        """Return what is cited by this id; raises `KeyError` where there is no such thing."""
        found = self.source(identifier)
        if found is None:
            raise KeyError(identifier)
        return found


def once(function: Callable[[Story], T]) -> Callable[[Story], T]:
    """Have something worked out of a story the first time it is asked for, and kept with the story."""

    @wraps(function)
    def kept(story: Story) -> T:
        if function not in story.worked_out:
            story.worked_out[function] = function(story)
        return cast("T", story.worked_out[function])

    return kept


def understand(account: Account) -> Story:
    """Return what the account tells. Time and space grow with the length of the timeline alone."""
    entries = tuple(sorted(account.timeline, key=lambda entry: (entry.at, entry.recorded_at, entry.id)))
    return Story(account=account, entries=entries, said=tuple(_said(entries, account.hints)))


def _said(entries: Sequence[TimelineEntry], hints: dict[Identifier, tuple[Role, ...]]) -> Iterator[Said]:
    corrected = {entry.corrects for entry in entries if entry.corrects is not None}
    for place, entry in enumerate(entries):
        if entry.id in corrected:
            continue  # the correction tells it as it was
        roles = (*_KINDS.get(entry.kind, ()), *hints.get(entry.id, ()))
        heard, ordered = told(entry.text, trusted=entry.trusted)
        for number, clause in enumerate(heard):
            if entry.trusted and not ordered:
                yield Said(entry=entry, place=place, clause=_with(clause, roles))
            else:
                yield Said(entry=entry, place=place, clause=_from_outside(clause, roles if number == 0 else ()))


def _with(clause: Clause, roles: tuple[Role, ...], worth: int = _SURE) -> Clause:
    """Return the clause as the kind of its entry has it meant."""
    if not roles:
        return clause
    strength = dict(clause.strength)
    for role in roles:
        strength[role] = strength.get(role, 0) + worth
    return Clause(text=clause.text, strength=strength)


def _from_outside(clause: Clause, roles: tuple[Role, ...]) -> Clause:
    """Return the clause without what nobody outside may say."""
    told = () if clause.is_(Role.RESPONSE, Role.DUTY) else roles  # a page to somebody is no symptom
    found = _with(clause, told, 1).strength
    return Clause(clause.text, {role: count for role, count in found.items() if role in _FROM_OUTSIDE})
