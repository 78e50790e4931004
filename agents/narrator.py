"""Says what a read tool saw, in short sentences that cite it. Text from outside stays in the evidence. Pure."""

from datetime import timedelta

from agents.answer import Answer, AnswerKind
from agents.changes import label
from agents.charts import Marker, line_chart
from agents.footnotes import Footnotes
from agents.symptoms import NORMS, Norm, symptom
from agents.units import moment, quantity, sentence
from memory.ids import derived
from memory.model.evidence import Evidence
from memory.model.intent import Intent
from memory.model.run import Outcome
from memory.model.talk import Chart
from memory.model.value import Moment
from tools.contract import Signal
from tools.readings import ChangeReading
from tools.wording import whose

MOST_LINES = 10
STILL_NOW = timedelta(minutes=2)  # an answer's last step may lie a little back
_PLAIN = Norm(says="", worse=1, factor=1.5, least=0.0)
_SAYS = {
    Signal.LATENCY_P50: "median latency",
    Signal.LATENCY_P95: "p95 latency",
    Signal.CPU: "CPU use",
    Signal.MEMORY: "memory use",
}


def narrated(intent: Intent, outcome: Outcome) -> Answer:
    """Return what any read tool saw: its summary and, where there are several facts, one line for each."""
    notes = Footnotes()
    facts = outcome.evidence
    text = outcome.summary or "Nothing was found."
    if len(facts) <= 1:
        text = f"{text.rstrip('.')}{notes.cite(*facts)}"
        return _answer(intent, outcome, sentence(text), notes, _charts(facts))
    lines = [f"- {fact.summary.rstrip('.')}{notes.cite(fact)}" for fact in facts[:MOST_LINES]]
    if len(facts) > MOST_LINES:
        lines.append(f"- and {len(facts) - MOST_LINES} more")
    return _answer(intent, outcome, "\n".join([sentence(text), *lines]), notes, _charts(facts[:1]))


def narrated_signal(intent: Intent, outcome: Outcome, changes: tuple[ChangeReading, ...], now: Moment) -> Answer:
    """Return a signal's level and its last turn, with a chart that marks what was changed meanwhile."""
    service, signal = str(intent.values()["service"]), Signal(str(intent.values()["signal"]))
    says = NORMS[signal].says if signal in NORMS else _SAYS[signal]
    seen = symptom(service, signal, outcome, NORMS.get(signal, _PLAIN))
    if seen is None:
        return narrated(intent, outcome)
    notes = Footnotes()
    fact, unit = seen.evidence, seen.unit
    past = fact.range is not None and fact.range.end < now - STILL_NOW
    verb = "was" if past else "is"
    text = f"{whose(service)} {says} {verb} {quantity(seen.level, unit)}{notes.cite(fact)}"
    text += f" at {moment(fact.range.end, now)}" if fact.range is not None and past else ""
    if seen.since is not None and seen.before is not None:
        since = moment(seen.since, now)
        if seen.until is None:
            way = "up" if seen.level > seen.before else "down"
            text += f", {way} from {quantity(seen.before, unit)} at {since}"
        elif seen.worst is not None:
            text += f"; it was {quantity(seen.worst, unit)} from {since} until {moment(seen.until, now)}"
    charts = _charts((fact,), title=f"{says[:1].upper()}{says[1:]} of {service}", unit=unit, changes=changes)
    return _answer(intent, outcome, sentence(text), notes, charts)


def _answer(intent: Intent, outcome: Outcome, text: str, notes: Footnotes, charts: tuple[Chart, ...]) -> Answer:
    missing = f" What is missing: {'; '.join(outcome.missing)}." if outcome.missing else ""
    return Answer(
        kind=AnswerKind.ANSWER,
        text=f"{text}{missing}",
        intent=intent,
        evidence=notes.evidence,
        charts=charts,
        missing=outcome.missing,
    )


def _charts(
    facts: tuple[Evidence, ...],
    *,
    title: str = "Over time",
    unit: str = "",
    changes: tuple[ChangeReading, ...] = (),
) -> tuple[Chart, ...]:
    drawable = [fact for fact in facts if any(len(line.points) > 1 for line in fact.series)]
    return tuple(
        line_chart(
            identifier=derived("chart", fact.id),
            title=title,
            alt=fact.summary,
            unit=unit or fact.unit,
            series=fact.series,
            markers=[Marker(at=change.at, label=label(change)) for change in changes],
        )
        for fact in drawable[:1]
    )
