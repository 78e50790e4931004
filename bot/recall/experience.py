"""What is remembered of what ended: of an incident what happened, why and what helped; of a plan what came of it.

Pure.

The cause and the fix are what the timeline says they are, by the same reading that summaries make; nothing is
added.
"""

from datetime import datetime, timedelta

from agents.summaries import Account, Part, review, understand
from agents.summaries.attempts import Attempt, Verdict, attempts
from agents.summaries.story import Story
from agents.summaries.theories import Confidence, current, theories
from memory.model.incident import Happening, Incident, TimelineEntry
from memory.model.memory import Memory, MemoryKind
from memory.model.run import Run, RunStatus
from memory.model.value import Identifier

LONGEST = 2000
LONGEST_TITLE = 300
MOST_ENTRIES = 300  # of a timeline
_LEARNED = (Part.SUMMARY, Part.CAUSES, Part.WELL, Part.BADLY, Part.ACTIONS)  # the rest is the incident's own
_TOLD = frozenset(
    {
        Happening.ALERT,
        Happening.NOTE,
        Happening.EFFECT,
        Happening.DEPLOY,
        Happening.FLAG,
        Happening.METRIC,
        Happening.HYPOTHESIS,
        Happening.DECISION,
        Happening.UPDATE,
        Happening.CORRECTION,
    }
)
_ENDED = {
    RunStatus.SUCCEEDED: "It worked.",
    RunStatus.FAILED: "It failed.",
    RunStatus.UNDONE: "It did not help and was taken back.",
    RunStatus.DENIED: "It was refused.",
}


def of_incident(incident: Incident, timeline: tuple[TimelineEntry, ...], keep: timedelta) -> Memory:
    """Return the memory of an incident.

    Words of its timeline are in it, and those who said them are named for erasing.
    """
    told = [entry for entry in timeline if entry.kind in _TOLD][:MOST_ENTRIES]
    ended = incident.resolved_at or incident.mitigated_at or incident.detected_at
    story = understand(Account(incident=incident, timeline=timeline, now=ended))
    said = "\n".join(f"- {entry.text}" for entry in told)
    return Memory(
        id=f"mem:{incident.id}",
        tenant=incident.tenant,
        kind=MemoryKind.INCIDENT,
        subject=f"incident:{incident.id}",
        title=incident.title,
        text=f"## What happened\n\n{said}" if said else "",
        services=incident.services,
        environment=incident.environment,
        severity=incident.severity,
        cause=_cause(story),
        fix=_fix(attempts(story)),
        at=incident.started_at,
        until=ended + keep,
        people=_people(told),
    )


def of_review(incident: Incident, timeline: tuple[TimelineEntry, ...], keep: timedelta) -> Memory | None:
    """Return the memory of what an incident that is over taught: causes, what went well and badly, what is to do.

    None where its timeline teaches nothing.
    """
    ended = incident.resolved_at or incident.detected_at
    story = understand(Account(incident=incident, timeline=timeline, now=ended))
    found = review(story)
    sections = [part for each in _LEARNED if (part := found.section(each)) is not None and part.sentences]
    if not any(each.part is not Part.SUMMARY for each in sections):
        return None
    texts = [f"## {each.title}\n\n" + "\n".join(f"- {line.text}" for line in each.sentences) for each in sections]
    return Memory(
        id=f"mem:{incident.id}:review",
        tenant=incident.tenant,
        kind=MemoryKind.REVIEW,
        subject=f"incident:{incident.id}",
        title=f"Review: {incident.title}"[:LONGEST_TITLE],
        text="\n\n".join(texts),
        services=incident.services,
        environment=incident.environment,
        severity=incident.severity,
        cause=_cause(story),
        fix=_fix(attempts(story)),
        at=incident.started_at,
        until=ended + keep,
        people=_people([*timeline]),
    )


def of_correction(entry: TimelineEntry, incident: Incident, keep: timedelta) -> Memory:
    """Return the memory of what a person said was wrong about an incident."""
    return Memory(
        id=f"mem:{entry.id}",
        tenant=entry.tenant,
        kind=MemoryKind.CORRECTION,
        subject=f"incident:{incident.id}",
        title=f"Corrected: {incident.title}"[:LONGEST_TITLE],
        text=entry.text,
        services=incident.services,
        environment=incident.environment,
        at=entry.at,
        until=entry.at + keep,
        person=entry.author if _is_person(entry) else None,
        correlation=entry.correlation,
    )


def of_run(run: Run, keep: timedelta) -> Memory | None:
    """Return the memory of a plan that ended, None while it has not or where nothing was decided."""
    if run.ended_at is None or run.status not in _ENDED:
        return None
    outcome = _ENDED[run.status]
    steps = [
        f"- {step.says}: {record.outcome.summary if record.outcome else record.status.value}"
        for step, record in zip(run.plan.steps, run.steps, strict=False)
    ]
    named = [step.call.arguments.get("service") for step in run.plan.steps]
    places = [step.call.arguments.get("environment") for step in run.plan.steps]
    text = "\n".join([run.plan.goal, "", "## What was done", "", *steps, "", "## What came of it", "", outcome])
    return Memory(
        id=f"mem:{run.id}",
        tenant=run.tenant,
        kind=MemoryKind.DECISION,
        subject=f"run:{run.id}",
        title=(run.plan.steps[0].says if run.plan.steps else run.plan.goal)[:LONGEST_TITLE] or run.id,
        text=text,
        services=tuple(dict.fromkeys(each for each in named if isinstance(each, str) and each)),
        environment=next((each for each in places if isinstance(each, str) and each), None),
        fix=f"{outcome} {run.summary}".strip()[:LONGEST] if run.status is RunStatus.SUCCEEDED else "",
        at=run.ended_at,
        until=run.ended_at + keep,
        correlation=run.correlation,
    )


def of_words(
    identifier: Identifier,
    tenant: str,
    person: str,
    kind: MemoryKind,
    text: str,
    *,
    services: tuple[str, ...],
    at: datetime,
    keep: timedelta,
) -> Memory:
    """Return the memory of what a person wants remembered: how they want things, or what was wrong."""
    return Memory(
        id=identifier,
        tenant=tenant,
        kind=kind,
        subject=f"{kind.value}:{identifier}",
        title=" ".join(text.split())[:120],
        text=text,
        services=services,
        at=at,
        until=at + keep,
        person=person,
    )


def _cause(story: Story) -> str:
    held = current(theories(story))
    if held is None:
        return ""
    sure = held.confidence >= Confidence.FOUND
    return f"{'' if sure else 'Suspected: '}{held.said.clause.text}"[:LONGEST]


def _fix(tried: tuple[Attempt, ...]) -> str:
    helped = [each for each in tried if each.verdict in {Verdict.BETTER, Verdict.PARTLY}]
    done = [each for each in helped if each.done.entry.kind is Happening.EFFECT] or helped
    return done[-1].done.clause.text[:LONGEST] if done else ""


def _people(told: list[TimelineEntry]) -> tuple[Identifier, ...]:
    return tuple(dict.fromkeys(entry.author for entry in told if _is_person(entry)))


def _is_person(entry: TimelineEntry) -> bool:
    return bool(entry.author) and entry.author not in {entry.source, "quarterdeck"} and entry.trusted
