"""A house's runbooks and models as they are put in order: what past turns say of them, tried, and put in use.

Only what rules allow and what fits is ordered by it; the words that name a runbook, and a tenant's own order of
models, come before any weight.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from agents.model.choice import candidates
from agents.model.fleet import Fleet, Need
from agents.model.preference import Preferences
from agents.model.question import Question
from agents.model.standing import Standing
from agents.procedures import Procedures
from agents.prompts import prompt
from agents.teaching.parts import Matched, Part
from agents.teaching.ranking import Merit, Taken, learned_from, merits, runbooks_taken, tried_on
from agents.teaching.serving import matched, model_merits, served
from agents.teaching.turns import PastTurn
from memory.clock import Clock
from memory.model.teaching import Subject, Teaching, TeachingState

CHANGED = 0.02  # of a weight in use, below which nothing is proposed anew

Weights = dict[str, float]


class Routed(Protocol):
    """What asks models. `agents.model.router.Router` is one."""

    @property
    def fleet(self) -> Fleet:
        """Return the models there are."""

    @property
    def preferences(self) -> Preferences:
        """Return the weights in use."""


class Ranks:
    """Reads past turns for what comes first."""

    def __init__(self, procedures: Procedures | None, router: Routed | None, tenant: str, clock: Clock) -> None:
        self._procedures = procedures
        self._router = router
        self._tenant = tenant
        self._clock = clock

    def proposed(self, turns: Sequence[PastTurn], known: Iterable[Teaching]) -> list[Teaching]:
        """Return what the older turns say that is not said already, by what waits or is in use in `known`."""
        said = {(each.subject, each.tool): each.weight for each in known}
        found = [
            *((Subject.RUNBOOK, each) for each in merits(learned_from(self._taken(turns)))),
            *((Subject.MODEL, each) for each in model_merits(served(turns, self._models()))),
        ]
        return [
            self._teaching(subject, merit)
            for subject, merit in found
            if abs(merit.weight - said.get((subject, merit.name), 0.0)) >= CHANGED
        ]

    def knows(self, teaching: Teaching) -> bool:
        """Return whether there still is what a teaching puts in order."""
        return teaching.tool in (self._runbooks() if teaching.subject is Subject.RUNBOOK else self._models())

    def compared(
        self,
        wanted: Sequence[Teaching],
        used: Sequence[Teaching],
        turns: Sequence[PastTurn],
        show: Callable[[str], str],
    ) -> tuple[Part, Matched | None]:
        """Return what the wanted weights change, on turns that are newer than what they were learned from."""
        subjects = {each.subject for each in wanted}
        since = [each.until for each in wanted if each.until is not None]
        newer = [turn for turn in turns if not since or turn.at > max(since)]
        before, after = weights(used), weights((*used, *wanted))
        runbooks = (
            tried_on(self._taken(newer), before[Subject.RUNBOOK], after[Subject.RUNBOOK], show)
            if Subject.RUNBOOK in subjects
            else tried_on((), {}, {}, show)
        )
        models = None
        if Subject.MODEL in subjects:
            known = served(newer, self._models())
            models = matched(known, self._first, before[Subject.MODEL], after[Subject.MODEL])
        return runbooks, models

    def use(self, used: Iterable[Teaching]) -> None:
        """Put runbooks and models in order by these, and by no others, from now on."""
        by = weights(used)
        if self._procedures is not None:
            self._procedures.weights = by[Subject.RUNBOOK]
        if self._router is not None:
            self._router.preferences.put(self._tenant, Need.CLASSIFY, by[Subject.MODEL])

    def _taken(self, turns: Sequence[PastTurn]) -> tuple[Taken, ...]:
        return runbooks_taken(turns, self._procedures.fitting) if self._procedures is not None else ()

    def _runbooks(self) -> frozenset[str]:
        known = self._procedures.runbooks.newest() if self._procedures is not None else ()
        return frozenset(each.head.id for each in known)

    def _models(self) -> frozenset[str]:
        return (
            frozenset(each.name for each in self._router.fleet.models) if self._router is not None else frozenset()
        )

    def _first(self, by: Mapping[str, float]) -> str:
        """Return the model that is asked first to read a message, where every one answers."""
        if self._router is None:
            return ""
        fleet = self._router.fleet
        question = Question(purpose="interpretation", need=Need.CLASSIFY, prompt=prompt("interpret"), lines=())
        rules = fleet.rules_of(self._tenant)
        found = candidates(fleet, rules, question, lambda _: Standing(), spent={}, weights=by)
        return found[0].name if found else ""

    def _teaching(self, subject: Subject, merit: Merit) -> Teaching:
        told = f"{subject}\n{merit.name}\n{merit.right}\n{merit.tried}"
        return Teaching(
            id=f"tea_{sha256(told.encode()).hexdigest()[:16]}",
            tenant=self._tenant,
            phrasing=_SAYS[subject].format(right=merit.right, tried=merit.tried),
            tool=merit.name,
            subject=subject,
            weight=merit.weight,
            right=merit.right,
            tried=merit.tried,
            until=merit.until,
            turns=merit.turns,
            at=self._clock.now(),
        )


def weights(teachings: Iterable[Teaching]) -> dict[Subject, Weights]:
    """Return the weights by what they are about; of two for the same the later counts."""
    found: dict[Subject, Weights] = {Subject.RUNBOOK: {}, Subject.MODEL: {}}
    for each in sorted(teachings, key=_when):
        if each.subject in found:
            found[each.subject][each.tool] = each.weight
    return found


def _when(each: Teaching) -> tuple[bool, datetime, str]:
    return each.state is not TeachingState.IN_USE, each.decided_at or each.at, each.id


def same(one: Teaching, other: Teaching) -> bool:
    """Return whether two are weights of the same thing, of which one takes the other's place."""
    return one.subject is not Subject.WORDS and (one.subject, one.tool) == (other.subject, other.tool)


_SAYS = {
    Subject.RUNBOOK: "of several runbooks that words fit: taken {right} of {tried} times",
    Subject.MODEL: "of several models that may read a message: right {right} of {tried} times",
}
