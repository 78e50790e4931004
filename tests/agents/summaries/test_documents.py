"""Documents: nothing stands in one that its citations do not say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as over
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.summaries import Document, DocumentKind, Gap, Part, Section, Sentence
from agents.summaries.derived import Derived, Rule, count, duration, later
from agents.summaries.source import Origin, Source
from agents.summaries.support import unsupported
from agents.summaries.wording import spoken

AT = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


def source(identifier: str = "e1", text: str = "checkout 5xx at 18%", at: datetime = AT) -> Source:
    return Source(id=identifier, origin=Origin.ENTRY, at=at, kind="note", text=text, author="maria")


def document(*sentences: Sentence, sources: tuple[Source, ...] = (source(),)) -> Document:
    section = Section(part=Part.IMPACT, title="Impact", sentences=sentences, gap=None if sentences else Gap.IMPACT)
    return Document(kind=DocumentKind.LIVING, title="", as_of=AT, sections=(section,), sources=sources)


def test_a_sentence_without_a_citation_cannot_be_made() -> None:
    with pytest.raises(ValidationError, match="citations"):
        Sentence(text="Checkout is down.", citations=())


def test_a_document_that_cites_what_there_is_not_cannot_be_made() -> None:
    with pytest.raises(ValidationError, match="expected citations that exist, found 'e9'"):
        document(Sentence(text="checkout 5xx at 18%.", citations=("e9",)))


@pytest.mark.parametrize(
    "text", ["5xx at 19%.", "At 14:03 it began.", "2026-11-22 14:02 it began.", "v1.8 is out."]
)
def test_a_document_with_a_number_or_a_time_that_nothing_says_cannot_be_made(text: str) -> None:
    with pytest.raises(ValidationError, match="expected only what the citations say"):
        document(Sentence(text=text, citations=("e1",)))


@pytest.mark.parametrize(
    "text", ["14:02 maria: checkout 5xx at 18%.", "It began 2026-11-21 14:02.", "Up to 18 %."]
)
def test_what_the_citations_say_may_be_said(text: str) -> None:
    assert document(Sentence(text=text, citations=("e1",))).sentences()[0].text == text


def test_a_section_says_something_or_says_that_there_is_nothing() -> None:
    with pytest.raises(ValidationError, match="sentences or a gap"):
        Section(part=Part.IMPACT, title="Impact")
    assert document().section(Part.IMPACT) == Section(part=Part.IMPACT, title="Impact", gap=Gap.IMPACT)


def test_what_was_worked_out_is_worked_out_again() -> None:
    end = source("e2", "resolved", AT + timedelta(minutes=43))
    took = duration(source(), end)
    assert took.text == "43 min"
    both = (source(), end)
    text = "It took 43 min, and is due again by 14:32."
    said = Sentence(text=text, citations=("e1", "e2"), derived=(took, later(source(), 30)))
    assert document(said, sources=both).sentences() == (said,)
    wrong = Sentence(
        text="It took 44 min.", citations=("e1", "e2"), derived=(took.model_copy(update={"text": "44 min"}),)
    )
    with pytest.raises(ValidationError, match="44 min"):
        document(wrong, sources=both)


def test_a_count_is_of_what_is_cited() -> None:
    both = (source(), source("e2"))
    assert document(Sentence(text="2 alerts.", citations=("e1", "e2"), derived=(count(both),)), sources=both)
    invented = Derived(text="3", rule=Rule.COUNT, of=("e1", "e2"))
    assert unsupported("3 alerts.", both, (invented,)) == ("3",)


def test_a_span_rests_on_moments_that_the_sources_tell() -> None:
    first, last = source(), source("e2", at=AT + timedelta(hours=1))
    shifted = duration(first, last, (AT, AT + timedelta(hours=2)))
    assert unsupported("It took 2 h.", (first, last), (shifted,)) == ("2 h",)


@over(st.integers(min_value=0, max_value=10**8))
def test_a_span_is_said_in_at_most_two_units_and_never_negative(seconds: int) -> None:
    words = spoken(timedelta(seconds=seconds)).split()
    assert len(words) in {2, 4}
    assert spoken(timedelta(seconds=-seconds)) == "0 s"


@over(st.text(max_size=200))
def test_a_sentence_always_says_no_more_than_itself(text: str) -> None:
    assert unsupported(text, (source(text=text),)) == ()
