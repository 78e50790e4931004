"""Answers "how are things?": services, alerts, recent changes, spend, and what needs a person.

Everything is looked at at the same time, and any part may be missing without the others being lost.
"""

from collections.abc import Iterator

from agents.answer import Answer, AnswerKind
from agents.case import Case, together
from agents.changes import happening
from agents.footnotes import Footnotes
from agents.symptoms import Condition, Symptom, condition, symptom
from agents.units import counted, listed, moment, quantity, sentence
from memory.errors import QuarterdeckError
from memory.model.catalogue import Service
from memory.model.run import Outcome, Run, RunStatus
from memory.model.talk import Button, ButtonAction
from tools.contract import Signal
from tools.readings import AlertReading, ChangeReading, unpacked
from tools.wording import named

WINDOW = "15m"
MOST_SERVICES = 30  # the most critical ones; a digest of more is no digest
MOST_CHANGES = 5
MOST_PLANS = 5
MOST_BUTTONS = 3
_LOOKED_AT = (Signal.ERROR_RATE, Signal.AVAILABILITY)


async def digest(case: Case) -> Answer:
    """Return how things are."""
    services = sorted(case.catalogue.services, key=lambda service: service.criticality)[:MOST_SERVICES]
    looks = {
        f"{which.value} {service.name}": case.look(
            "metrics.signal", service=service.name, signal=which.value, window=WINDOW
        )
        for service in services
        for which in _LOOKED_AT
    }
    outcomes = await together(
        {**looks, "alerts": case.look("alerts.list"), "changes": case.look("deploys.list", window="1d")}
    )
    told = _Digest(case, outcomes, services)
    lines = [*told.services(), told.alerts(), told.changes(), told.spend(), *await told.waiting(), *told.missing()]
    return Answer(
        kind=AnswerKind.ANSWER,
        text="\n".join(lines),
        intent=case.intent,
        evidence=told.notes.evidence,
        buttons=told.buttons(),
        missing=told.notes.missing,
    )


class _Digest:
    """Tells the digest part by part."""

    def __init__(self, case: Case, outcomes: dict[str, Outcome], services: list[Service]) -> None:
        self._case = case
        self._outcomes = outcomes
        self._symptoms = {service.name: self._read(service.name) for service in services}
        self.notes = Footnotes()

    def _read(self, service: str) -> list[Symptom]:
        seen = (symptom(service, which, self._outcomes[f"{which.value} {service}"]) for which in _LOOKED_AT)
        return [each for each in seen if each is not None]

    def services(self) -> Iterator[str]:
        conditions = {name: condition(symptoms) for name, symptoms in self._symptoms.items()}
        order = [Condition.DOWN, Condition.DEGRADED, Condition.UNKNOWN, Condition.OK]
        counts = [(sum(found is each for found in conditions.values()), each) for each in order]
        yield sentence(f"Services: {listed([f'{count} {each.value}' for count, each in counts if count])}")
        for name in sorted(conditions, key=lambda name: order.index(conditions[name])):
            yield f"- {name}: {conditions[name].value}{self._number(name)}"

    def _number(self, service: str) -> str:
        """Return the numbers that say so, or why there are none."""
        told = []
        for each in self._symptoms[service]:
            if each.signal is Signal.ERROR_RATE:
                told.append(f"error rate {quantity(each.level, each.unit)}{self.notes.cite(each.evidence)}")
            elif each.wrong:
                told.append(f"availability {quantity(each.level, each.unit)}{self.notes.cite(each.evidence)}")
        failed = [
            outcome for which in _LOOKED_AT if not (outcome := self._outcomes[f"{which.value} {service}"]).ok
        ]
        if failed:
            self.notes.lack(f"signals of {service}", failed[0])
        return f", {listed(told)}" if told else ", no numbers"

    def alerts(self) -> str:
        outcome = self._outcomes["alerts"]
        if not outcome.ok:
            self.notes.lack("alerts", outcome)
            return "Alerts: not known."
        self.notes.lacking(outcome.missing)
        cited = self.notes.cite(*outcome.evidence[:MOST_CHANGES])
        firing = unpacked(outcome, "alerts", AlertReading)
        if not firing:
            return f"No alerts fire{cited}."
        names = list(dict.fromkeys(named(alert.name, "one without a plain name") for alert in firing))
        more = " and others" if len(names) > MOST_CHANGES else ""
        verb = "fires" if len(firing) == 1 else "fire"
        return sentence(
            f"{counted(len(firing), 'alert').capitalize()} {verb}: {listed(names[:MOST_CHANGES])}{more}{cited}"
        )

    def changes(self) -> str:
        outcome = self._outcomes["changes"]
        if not outcome.ok:
            self.notes.lack("recent changes", outcome)
            return "Recent changes: not known."
        self.notes.lacking(outcome.missing)
        rows = unpacked(outcome, "changes", ChangeReading)
        if not rows:
            return f"Nothing was changed in the last day{self.notes.cite(*outcome.evidence[:1])}."
        own = len(outcome.evidence) == len(rows)
        told = [
            f"{happening(row)} at {moment(row.at, self._case.now)}"
            f"{self.notes.cite(*outcome.evidence[index : index + 1]) if own else ''}"
            for index, row in enumerate(rows[:MOST_CHANGES])
        ]
        cited = "" if own else self.notes.cite(*outcome.evidence[:1])
        more = f" and {len(rows) - MOST_CHANGES} more" if len(rows) > MOST_CHANGES else ""
        return f"Changed in the last day: {'; '.join(told)}{more}{cited}."

    def spend(self) -> str:
        return "Spend: no billing source is connected."

    async def waiting(self) -> list[str]:
        """Return what waits for a person."""
        try:
            runs = await self._case.plans.plans(self._case.turn, (RunStatus.WAITING,))
        except QuarterdeckError as error:
            self.notes.lack("plans", Outcome(ok=False, summary=error.message))
            return ["Plans that wait: not known."]
        if not runs:
            return ["Nothing waits for a person."]
        lines = [f"- {self._plan(run)}" for run in runs[:MOST_PLANS]]
        verb = "waits" if len(runs) == 1 else "wait"
        return [f"{counted(len(runs), 'plan').capitalize()} {verb} for a person:", *lines]

    def _plan(self, run: Run) -> str:
        until = moment(run.expires_at, self._case.now)
        return f"{run.plan.goal}, asked for by {run.plan.requester}, waits until {until}"

    def missing(self) -> list[str]:
        return [f"What could not be reached: {'; '.join(self.notes.reasons)}."] if self.notes.reasons else []

    def buttons(self) -> tuple[Button, ...]:
        sick = [name for name, seen in self._symptoms.items() if any(each.wrong for each in seen)]
        return tuple(
            Button(
                label=f"What is wrong with {name}?", action=ButtonAction.SAY, value=f"what is wrong with {name}?"
            )
            for name in sick[:MOST_BUTTONS]
        )
