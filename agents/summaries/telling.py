"""Sentences of a story: a clause in its own words, with when and by whom; and documents of them. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from agents.summaries.derived import Derived
from agents.summaries.document import TITLES, Document, DocumentKind, Gap, Part, Section, Sentence
from agents.summaries.source import Source
from agents.summaries.story import Said, Story
from agents.summaries.support import unsupported
from agents.untrusted import quoted, stripped
from memory.model.value import Identifier

MOST_EVIDENCE = 3  # ids a sentence adds of its entry's evidence
_LONGEST_NAME = 60


def told(story: Story, said: Said, lead: str = "") -> Sentence:
    """Return a clause as a sentence: `14:33 maria: Rolled back checkout.` What came from outside is quoted."""
    return Sentence(text=f"{lead}{phrase(story, said)}", citations=cited(story, said))


def phrase(story: Story, said: Said) -> str:
    """Return when it was said, where that is known, by whom and how."""
    when = "" if said.entry.id in story.account.placed else f"{story.when(said.at)} "
    return f"{when}{by(story, said)}{words(said)}"


def words(said: Said) -> str:
    """Return a clause's own words as the end of a sentence."""
    text = said.clause.text
    if not said.entry.trusted:
        return f"{quoted(text)}."
    return text if text.endswith(("!", "?", "…", ".)")) else f"{text.rstrip(' .,;:')}."


def by(story: Story, said: Said) -> str:
    """Return who said it with a colon, nothing where that is unknown or stands in the words themselves."""
    name = stripped(story.name(said.entry.author), _LONGEST_NAME)
    if not name or (said.entry.trusted and name.lower() in said.clause.text.lower()):
        return ""
    return f"{name}: "


def cited(story: Story, *parts: Said) -> tuple[Identifier, ...]:
    """Return what a sentence of these clauses rests on: their entries, and the evidence those name."""
    found: dict[Identifier, None] = {part.entry.id: None for part in parts}
    for part in parts:
        for each in part.entry.evidence[:MOST_EVIDENCE]:
            if each in story.account.evidence:
                found[each] = None
    return tuple(found)


def sentence(text: str, citations: Iterable[Identifier], *derived: Derived) -> Sentence:
    """Return a sentence in our own words."""
    return Sentence(text=text, citations=tuple(dict.fromkeys(citations)), derived=derived)


def section(part: Part, sentences: Sequence[Sentence], gap: Gap) -> Section:
    """Return the section, with the gap where there are no sentences; one that was said before is left out."""
    distinct = tuple({each.text: each for each in sentences}.values())
    return Section(part=part, title=TITLES[part], sentences=distinct, gap=None if distinct else gap)


def document(story: Story, kind: DocumentKind, title: str, sections: Iterable[Section]) -> Document:
    """Return the document with everything it cites. A sentence that this does not bear out is not printed."""
    parts = [_borne_out(story, part) for part in sections]
    ids = dict.fromkeys(each for part in parts for said in part.sentences for each in said.citations)
    return Document(
        kind=kind,
        title=title,
        as_of=story.account.now,
        sections=tuple(parts),
        sources=tuple(_sources(story, ids)),
    )


def _borne_out(story: Story, part: Section) -> Section:
    kept = tuple(each for each in part.sentences if _is_borne_out(story, each))
    return section(part.part, kept, part.gap or Gap[part.part.name])


def _is_borne_out(story: Story, said: Sentence) -> bool:
    sources = list(_sources(story, said.citations))
    return len(sources) == len(said.citations) and not unsupported(said.text, sources, said.derived)


def _sources(story: Story, ids: Iterable[Identifier]) -> Iterator[Source]:
    for identifier in ids:
        found = story.source(identifier)
        if found is not None:
            yield found
