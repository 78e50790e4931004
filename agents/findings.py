"""A diagnosis in words: what is wrong, since when, why most likely, and what would help. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from agents.answer import Answer, AnswerKind
from agents.causes import SLACK, Cause, CauseKind, after
from agents.changes import happening, period
from agents.footnotes import Footnotes
from agents.investigator import Diagnosis
from agents.remedies import Remedy, remedy
from agents.symptom_chart import symptom_charts
from agents.symptoms import NORMS, Condition, Symptom
from agents.units import counted, listed, moment, quantity, sentence
from memory.model.catalogue import Catalogue
from memory.model.intent import Intent
from memory.model.talk import Button, ButtonAction
from tools.wording import many, named, whose

SURE_ENOUGH = 0.45  # below it a cause is mentioned, and nothing is suggested
MOST_NAMES = 5
LONGEST_RECOVERY = timedelta(minutes=15)  # between a change and the recovery it is credited with


def findings(diagnosis: Diagnosis, intent: Intent, catalogue: Catalogue, now: datetime) -> Answer:
    """Return the diagnosis as the answer to give."""
    notes = Footnotes()
    teller = _Teller(diagnosis, notes, now)
    cause = next((cause for cause in diagnosis.causes if cause.weight >= SURE_ENOUGH), None)
    way_out = None
    if cause is not None and teller.wrong and not diagnosis.past:
        way_out = remedy(cause, diagnosis.running, catalogue)
    told = [
        [*teller.headline()],
        [teller.alerts()],
        [*teller.causes()],
        [teller.offer(way_out)],
        [*teller.missing()],
    ]
    return Answer(
        kind=AnswerKind.ANSWER,
        text="\n".join(filter(None, map(_paragraph, told))),
        intent=intent,
        evidence=notes.evidence,
        charts=symptom_charts(diagnosis),
        buttons=_buttons(way_out),
        missing=(*diagnosis.failed, *diagnosis.gaps),
        suggestion=way_out.call if way_out else None,
        considered=tuple(_considered(diagnosis, cause, way_out)),
    )


def _paragraph(lines: Iterable[str]) -> str:
    return " ".join(sentence(line) for line in lines if line)


class _Teller:
    """Says one diagnosis sentence by sentence, numbering the facts as they are told."""

    def __init__(self, diagnosis: Diagnosis, notes: Footnotes, now: datetime) -> None:
        self._seen = diagnosis
        self._name = diagnosis.service.name
        self._notes = notes
        self._now = now
        self.wrong = [symptom for symptom in diagnosis.symptoms if symptom.wrong]

    def headline(self) -> Iterator[str]:
        if self._seen.condition is Condition.UNKNOWN:
            yield f"I cannot tell how {self._name} is: none of its signals could be read"
            yield self._still_known()
            return
        if not self.wrong:
            yield self._all_well()
        for index, symptom in enumerate(self.wrong):
            yield self._trouble(symptom, first=index == 0)
        yield from (self._episode(symptom) for symptom in self._seen.symptoms if symptom.until and not symptom.bad)
        if self.wrong:
            yield self._unchanged()
        yield from (self._trouble(symptom, first=True) for symptom in self._seen.dependencies if symptom.wrong)

    def _all_well(self) -> str:
        fine = [f"{NORMS[s.signal].says} {self._level(s)}" for s in self._seen.symptoms]
        when = f"at the end of {period(self._seen.window)}" if self._seen.past else "now"
        return f"I see nothing wrong with {self._name} {when}: {listed(fine)}"

    def _trouble(self, symptom: Symptom, *, first: bool) -> str:
        owner = whose(symptom.service) if first else "Its"
        says = NORMS[symptom.signal].says
        verb = "was" if self._seen.past else "is"
        return f"{owner} {says} {verb} {self._level(symptom)}{self._turned(symptom, in_full=first)}"

    def _turned(self, symptom: Symptom, *, in_full: bool) -> str:
        if symptom.before is None or symptom.since is None:
            normal = NORMS[symptom.signal].bad(symptom.usual)
            usual = quantity(symptom.usual, symptom.unit)
            over = period(self._seen.window)
            return f" and was so for most of {over}" if normal else f", and was {usual} for most of {over}"
        way = "up" if symptom.level > symptom.before else "down"
        text = f", {way} from {quantity(symptom.before, symptom.unit)} at {moment(symptom.since, self._now)}"
        return f"{text}{self._notes.cite(symptom.evidence)}{self._trigger(symptom.since)}" if in_full else text

    def _trigger(self, since: datetime) -> str:
        """Return how long after the likeliest change it turned."""
        cause = self._seen.causes[0] if self._seen.causes else None
        if cause is None or cause.change is None or cause.weight < SURE_ENOUGH:
            return ""
        cited = next((seen.evidence for seen in self._seen.changes if seen.change == cause.change), ())
        gap = after(since - cause.change.at)
        return f", {gap} {happening(cause.change, self._name)}{self._notes.cite(*cited)}"

    def _episode(self, symptom: Symptom) -> str:
        if symptom.since is None or symptom.until is None or symptom.worst is None:
            return ""
        begin, end = moment(symptom.since, self._now), moment(symptom.until, self._now)
        worst = quantity(symptom.worst, symptom.unit)
        says = NORMS[symptom.signal].says
        text = f"Its {says} was {worst}{self._notes.cite(symptom.evidence)} from {begin} until {end}"
        return f"{text}{self._ending(symptom.until)}"

    def _ending(self, until: datetime) -> str:
        """Return the change that came just before the end of an episode."""
        for seen in self._seen.changes:
            gap = until - seen.change.at
            if -SLACK <= gap <= LONGEST_RECOVERY:
                return f", {after(gap)} {happening(seen.change, self._name)}{self._notes.cite(*seen.evidence)}"
        return ""

    def _unchanged(self) -> str:
        fine = [s for s in self._seen.symptoms if not s.wrong and s.since is None]
        return f"Unchanged: {listed([f'{NORMS[s.signal].says} {self._level(s)}' for s in fine])}" if fine else ""

    def _level(self, symptom: Symptom) -> str:
        return f"{quantity(symptom.level, symptom.unit)}{self._notes.cite(symptom.evidence)}"

    def _still_known(self) -> str:
        running = next((each for each in self._seen.running if each.version), None)
        if running is None:
            return ""
        place = named(running.environment, "one environment")
        version = named(running.version, "of a kind I cannot show")
        replicas = f" on {many(running.replicas, 'replica')}" if running.replicas is not None else ""
        cited = self._notes.cite(*self._seen.description.evidence[:1])
        return f"What is known: {self._name} runs version {version}{replicas} in {place}{cited}"

    def alerts(self) -> str:
        alerts = self._seen.alerts
        if alerts is None:
            return ""
        facts = self._seen.alert_look.evidence
        if not alerts:
            return f"No alerts fire for it{self._notes.cite(*facts[:1])}"
        names = list(dict.fromkeys(named(alert.name, "one without a plain name") for alert in alerts))
        verb = "fires" if len(alerts) == 1 else "fire"
        shown = listed(names[:MOST_NAMES]) + (" and others" if len(names) > MOST_NAMES else "")
        return (
            f"{counted(len(alerts), 'alert').capitalize()} {verb}: {shown}{self._notes.cite(*facts[:MOST_NAMES])}"
        )

    def causes(self) -> Iterator[str]:
        if not self.wrong:
            yield self._last_change()
            return
        if not self._seen.causes:
            yield self._no_cause()
        for index, cause in enumerate(self._seen.causes[:2]):
            lead = f"{cause.confidence.capitalize()} the cause is" if index == 0 else "Less likely:"
            yield f"{lead} {self._culprit(cause)}{self._arguments(cause)}"

    def _arguments(self, cause: Cause) -> str:
        told = [f"{each.text}{self._notes.cite(*each.evidence)}" for each in cause.speaks_for]
        against = [f"{each.text}{self._notes.cite(*each.evidence)}" for each in cause.speaks_against]
        text = f": {listed(told)}" if told else ""
        return f"{text}; against it speaks that {listed(against)}" if against else text

    def _culprit(self, cause: Cause) -> str:
        if cause.change is not None:
            return happening(cause.change, self._name)
        return "more traffic" if cause.kind is CauseKind.SURGE else cause.service

    def _no_cause(self) -> str:
        looked = [what for what in self._seen.failed if what.startswith("changes")]
        if looked or all(symptom.since is None for symptom in self.wrong):
            return "I do not see where it began, so I do not know the cause"
        return "Nothing was changed shortly before, and nothing it leans on turned first: I do not know the cause"

    def _last_change(self) -> str:
        own = [seen for seen in self._seen.changes if seen.change.service == self._name]
        if not own:
            return ""
        last = own[0]
        when = moment(last.change.at, self._now)
        return f"Last change: {happening(last.change, self._name)} at {when}{self._notes.cite(*last.evidence)}"

    def offer(self, way_out: Remedy | None) -> str:
        if way_out is None:
            return ""
        if way_out.call is None:
            return f"{way_out.label} next"
        return f'{way_out.label}? Say "do it" and I make a plan of it that waits for approval'

    def missing(self) -> Iterator[str]:
        failed = self._seen.failed
        if failed:
            reasons = dict.fromkeys(outcome.summary.rstrip(".") for outcome in failed.values())
            yield f"I could not read {_grouped(failed)}: {'; '.join(list(reasons)[:2])}"
        if self._seen.gaps:
            yield f"What is missing: {'; '.join(self._seen.gaps[:3])}"


def _grouped(looks: Iterable[str]) -> str:
    """Return what was looked for by subject: `error rate and traffic of checkout, error rate of payments`."""
    subjects: dict[str, list[str]] = {}
    for look in looks:
        what, _, whose_ = look.rpartition(" of ")
        subjects.setdefault(whose_, []).append(what)
    return ", ".join(f"{listed(what)} of {subject}" for subject, what in subjects.items())


def _buttons(way_out: Remedy | None) -> tuple[Button, ...]:
    if way_out is None:
        return ()
    return (way_out.button(), Button(label="Why?", action=ButtonAction.SAY, value="why?"))


def _considered(diagnosis: Diagnosis, told: Cause | None, way_out: Remedy | None) -> Iterator[str]:
    for cause in diagnosis.causes:
        if cause != told:
            against = "; ".join(argument.text for argument in cause.speaks_against)
            what = happening(cause.change, diagnosis.service.name) if cause.change else f"{cause.service} itself"
            yield f"{what} as the cause: {cause.confidence}{f', but {against}' if against else ''}"
    if diagnosis.report is not None:
        yield from (f"Not validated: {claim.text}" for claim in diagnosis.report.not_validated)
    if way_out is not None and way_out.call is not None:
        yield f"{way_out.label}: suggested, not done; it takes a person to ask for it and another to approve it"
