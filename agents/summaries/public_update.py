"""What people outside are told: in a fixed few words of our own, with no name, cause or text of anybody in them.

Nothing untrusted, internal or blaming can reach a status page, since every sentence is one of a handful; what it
rests on is cited for those inside. Pure.
"""

import re
from dataclasses import dataclass

from agents.summaries.attempts import attempts
from agents.summaries.derived import later
from agents.summaries.document import Document, DocumentKind, Gap, Part, Sentence
from agents.summaries.lexicon import Role, listed
from agents.summaries.milestones import Milestone, Milestones, milestones
from agents.summaries.sections import problems
from agents.summaries.story import Said, Story
from agents.summaries.telling import document, section, sentence
from agents.summaries.theories import Confidence, current, theories
from agents.summaries.wording import clock
from agents.summaries.words import tokens
from memory.model.value import Identifier

MOST_SYMPTOMS = 2
_LOOKED_AT = 12  # clauses of impact that are asked for their symptoms
_NEXT = re.compile(r"\bnext update (?:is |due |expected )?(?:at|by|around|@)? ?([012]\d:[0-5]\d)\b", re.IGNORECASE)
_UNNAMED = "our service"


@dataclass(frozen=True)
class Symptom:
    """What people may notice: as it is said while it lasts, and afterwards, and the words it is known by."""

    now: str
    then: str
    words: frozenset[str]


SYMPTOMS = (
    Symptom(
        "may not be able to reach it",
        "may not have been able to reach it",
        listed("down outage unavailable unreachable inaccessible unresponsive kaput dead unusable"),
    ),
    Symptom(
        "may not be able to sign in",
        "may not have been able to sign in",
        listed("login logins authenticate authentication signin oauth sso"),
    ),
    Symptom(
        "may see errors",
        "may have seen errors",
        listed("error errors fail fails failed failing failure failures 5xx 502 503 504 crash"),
    ),
    Symptom(
        "may find it slow",
        "may have found it slow",
        listed("slow slower slowness latency timeout timeouts degraded lag performance"),
    ),
    Symptom(
        "may find recent data missing or late",
        "may have found recent data missing or late",
        listed("missing stale delayed backlog logs metrics late"),
    ),
)


def public_update(story: Story) -> Document:
    """Return the status text for people outside; times are given as the timeline has them, with their zone."""
    known = milestones(story)
    said = [*_symptoms(story, known), *_progress(story, known), *_next(story, known)]
    return document(story, DocumentKind.PUBLIC, _title(story, known), [section(Part.NOTICE, said, Gap.NOTICE)])


def _title(story: Story, known: Milestones) -> str:
    """Return one of the four words that status pages use."""
    if known.resolved is not None:
        return "Resolved"
    if known.mitigated is not None:
        return "Monitoring"
    return "Identified" if _cause(story) is not None else "Investigating"


def _symptoms(story: Story, known: Milestones) -> list[Sentence]:
    noticed = _noticed(story)
    end = known.mitigated or known.resolved
    if not noticed or known.began is None or _nothing(known) or _untimed(story, known.began, end):
        return []
    rests = [known.began.rests_on, *noticed.values()]
    if end is None:
        span, told = f"Since {_at(story, known.began)}", [each.now for each in noticed]
    else:
        span, told = f"From {_at(story, known.began)} to {_at(story, end)}", [each.then for each in noticed]
        rests.insert(1, end.rests_on)
    return [sentence(f"{span}, people using {_name(story)} {' and '.join(told)}.", rests)]


def _nothing(known: Milestones) -> bool:
    """Return whether it was nothing: of a false alarm nobody outside noticed anything."""
    said = known.resolved.said if known.resolved is not None else None
    return said is not None and "false alarm" in said.clause.text.lower()


def _untimed(story: Story, *stones: Milestone | None) -> bool:
    return any(stone is not None and stone.rests_on in story.account.placed for stone in stones)


def _noticed(story: Story) -> dict[Symptom, Identifier]:
    """Return the first symptoms there are, with the entry each was told in."""
    told = [(frozenset(tokens(each.clause.text)), each.entry.id) for each in problems(story, _LOOKED_AT)]
    found = {
        symptom: next(entry for words, entry in told if words & symptom.words)
        for symptom in SYMPTOMS
        if any(words & symptom.words for words, _ in told)
    }
    return dict(list(found.items())[:MOST_SYMPTOMS])


def _progress(story: Story, known: Milestones) -> list[Sentence]:
    if known.resolved is not None:
        since = "" if _untimed(story, known.resolved) else f" since {_at(story, known.resolved)}"
        return [sentence(f"This has been resolved{since}.", (known.resolved.rests_on,))]
    if known.mitigated is not None:
        since = "" if _untimed(story, known.mitigated) else f" since {_at(story, known.mitigated)}"
        text = f"It has been working again{since}; we are keeping watch."
        return [sentence(text, (known.mitigated.rests_on,))]
    cause, done = _cause(story), attempts(story)
    found = [] if cause is None else [sentence("We have found what is behind it.", (cause.entry.id,))]
    if done:
        found.append(sentence("We are working on it and have made changes.", (done[-1].done.entry.id,)))
    looked = story.of(Role.RESPONSE, Role.DECLARED)
    if not found and looked:
        found.append(sentence("We are looking into it.", (looked[-1].entry.id,)))
    return found


def _next(story: Story, known: Milestones) -> list[Sentence]:
    if known.resolved is not None or not story.said:
        return []
    announced = _announced(story)
    if announced is not None:
        at, entry = announced
        return [sentence(f"Next update: {at}{_zone(story)}.", (entry,))]
    if story.account.cadence is None:
        return []
    last = story.cited((story.of(Role.COMMUNICATION) or story.said[:1])[-1].entry.id)
    due = later(last, round(story.account.cadence.total_seconds() / 60))
    return [sentence(f"We will say more by {due.text}{_zone(story)}.", (last.id,), due)]


def _announced(story: Story) -> tuple[str, Identifier] | None:
    """Return when people of the house said last that they would say more, where that lies ahead."""
    said = ((each, _NEXT.search(each.clause.text)) for each in reversed(story.said) if each.entry.trusted)
    found = next(((each, match[1]) for each, match in said if match is not None), None)
    if found is None or found[1] <= clock(found[0].at):
        return None
    return found[1], found[0].entry.id


def _cause(story: Story) -> Said | None:
    held = current(theories(story))
    return held.said if held is not None and held.confidence >= Confidence.FOUND else None


def _name(story: Story) -> str:
    record = story.account.incident
    named = [story.account.public_names.get(each) for each in record.services] if record else []
    return " and ".join(dict.fromkeys(name for name in named if name)) or _UNNAMED


def _at(story: Story, stone: Milestone) -> str:
    return f"{story.when(stone.at)}{_zone(story)}"


def _zone(story: Story) -> str:
    return f" {story.account.zone}" if story.account.zone else ""
