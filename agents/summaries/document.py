"""What a summary is: sections of sentences, each of which names what it rests on. Pure.

A sentence without a citation cannot be made, and a document in which one cites what is not there, or says a
number or a time that what it cites does not, cannot be made either. What a timeline does not say is a `Gap`, of
which there are a fixed few, so that an absence is never told as a finding.
"""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from agents.summaries.derived import Derived
from agents.summaries.source import Source
from agents.summaries.support import unsupported
from memory.model.value import Identifier, Moment, Value

MOST_CITATIONS = 40


class DocumentKind(StrEnum):
    """Who a summary is for."""

    LIVING = "living"  # those who work on the incident, pinned and kept up to date
    CATCH_UP = "catchup"  # one person who comes late or comes back
    HAND_OVER = "handover"  # whoever takes over
    PUBLIC = "public"  # people outside
    REVIEW = "review"  # everybody, afterwards


class Part(StrEnum):
    """What a section is about."""

    HAPPENING = "happening"
    IMPACT = "impact"
    SINCE = "since"
    STANDING = "standing"
    HYPOTHESIS = "hypothesis"
    TRIED = "tried"
    PEOPLE = "people"
    OPEN = "open"
    NEXT = "next"
    CHANGED = "changed"
    WATCH = "watch"
    NOTICE = "notice"
    SUMMARY = "summary"
    TIMELINE = "timeline"
    TIMES = "times"
    CAUSES = "causes"
    WELL = "well"
    BADLY = "badly"
    ACTIONS = "actions"


class Gap(StrEnum):
    """What the timeline does not say. These are all there are."""

    EMPTY = "The timeline is empty: nothing can be said."
    HAPPENING = "Nobody has said what is wrong."
    IMPACT = "Nobody has said who is affected, or how."
    SINCE = "It is not known when this began."
    STANDING = "Neither a severity nor a status was set."
    HYPOTHESIS = "Nobody has named a cause."
    TRIED = "Nothing is recorded as tried."
    PEOPLE = "Nobody is recorded as having a duty."
    OPEN = "No open question is recorded."
    NEXT = "No next update was announced."
    OVER = "No next update is due."
    CHANGED = "Nothing has happened since then."
    WATCH = "Nothing is recorded that needs watching."
    NOTICE = "Nothing is recorded that could be told to people outside."
    SUMMARY = "The timeline does not say what went wrong."
    TIMELINE = "The timeline holds nothing that stands out."
    TIMES = "The timeline does not hold the moments these times are made of."
    CAUSES = "No cause was confirmed, and none was suspected."
    WELL = "Nothing in the timeline shows what went well."
    BADLY = "Nothing in the timeline shows what went badly."
    ACTIONS = "No action items are recorded."


class Sentence(Value):
    """One claim, the ids of the timeline entries or evidence it rests on, and what was worked out from them.

    `brain` is empty where our own rules made the sentence, or the name of the model that worded it anew.
    """

    text: str = Field(min_length=1, max_length=1200)
    citations: tuple[Identifier, ...] = Field(min_length=1, max_length=MOST_CITATIONS)
    derived: tuple[Derived, ...] = ()
    brain: str = ""


class Section(Value):
    """What is said about one thing; where nothing is, `gap` says so."""

    part: Part
    title: str
    sentences: tuple[Sentence, ...] = ()
    gap: Gap | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.sentences and self.gap is None:
            raise ValueError(f"expected sentences or a gap in the section {self.part.value}, found neither")
        return self


class Document(Value):
    """A summary. `sources` holds what the sentences cite, and nothing else; `brain` says who worded it."""

    kind: DocumentKind
    title: str
    as_of: Moment
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = ()
    brain: str = "embedded"
    note: str = ""  # why it is not worded by the model that was asked to

    @model_validator(mode="after")
    def _holds(self) -> Self:
        known = {source.id: source for source in self.sources}
        for sentence in self.sentences():
            missing = [each for each in sentence.citations if each not in known]
            if missing:
                raise ValueError(f"expected citations that exist, found {missing[0]!r} in {sentence.text!r}")
            cited = [known[each] for each in sentence.citations]
            wrong = unsupported(sentence.text, cited, sentence.derived)
            if wrong:
                raise ValueError(f"expected only what the citations say, found {wrong[0]!r} in {sentence.text!r}")
        return self

    def sentences(self) -> tuple[Sentence, ...]:
        """Return every sentence, in order."""
        return tuple(sentence for section in self.sections for sentence in section.sentences)

    def section(self, part: Part) -> Section | None:
        """Return the section about this, None where the document has none."""
        return next((section for section in self.sections if section.part is part), None)


TITLES = {
    Part.HAPPENING: "What is happening",
    Part.IMPACT: "Impact",
    Part.SINCE: "Since when",
    Part.STANDING: "Severity and status",
    Part.HYPOTHESIS: "Current hypothesis",
    Part.TRIED: "What was tried, and what came of it",
    Part.PEOPLE: "Who does what",
    Part.OPEN: "Open questions",
    Part.NEXT: "Next update",
    Part.CHANGED: "What has changed",
    Part.WATCH: "What to watch",
    Part.NOTICE: "Status",
    Part.SUMMARY: "Summary",
    Part.TIMELINE: "Timeline",
    Part.TIMES: "Detection, response and recovery",
    Part.CAUSES: "Contributing causes",
    Part.WELL: "What went well",
    Part.BADLY: "What went badly",
    Part.ACTIONS: "Action items",
}
