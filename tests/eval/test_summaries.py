"""The evaluation of summaries: its checker finds invention, its checklist is what it says, its invariants hold."""

import pytest

from tests.eval import postmortems
from tests.eval.faithful import unsupported
from tests.eval.postmortems import Half, Matter, half, read_one
from tests.eval.summaries import COVERED, _share, evaluate
from tests.eval.summaries_page import page

ENTRY = {"time": "14:05", "author": "maria", "text": "Restarted 3 checkout pods, errors at 18%"}
LATER = {"time": "14:33", "author": "", "text": "errors back to 0.3%"}

PUBLISHED = """# Incident on 2023-01-11 - Image pulls fail

- **Key events**
  - First detected: 2023-01-11 14:22
  - Incident declared: 2023-01-11 15:17
  - Resolved 2023-01-11 15:51

- **Identified**: An engineer saw failed logins.

- **Impact**: Nodes could not pull images. One team told us.

- **Context**:
  - 2023-01-11 14:22: Engineer saw [failed logins](https://x.test)
  - 2023-01-11 15:17 Incident is declared.
    - and scribes were found
  - 2023-01-11 15:51 Incident is resolved

- **Resolution**: The password was put back.

- **Review actions**:
  - Use tokens instead of passwords
"""

HEADED = """# 2018-02-22 NGINX crash

## Summary

All services were down for five minutes.

## Timeline

All times in PST

### 2018-02-22 16:30

Stackdriver sends emails.

### 16:33

Deleted the pods.

### 16:35 PST

It is back.

## Lessons learnt

### What went well

1. The problem was quickly found

## Action items

### Process

1. Make sure everybody gets mail
"""


@pytest.mark.parametrize(
    "text",
    [
        "14:05 maria: Restarted 3 checkout pods.",
        "Latest: 14:33 errors back to 0.3%.",
        "14:05 maria: Restarted 3 checkout pods. Then it got better, 14:33 errors back to 0.3%.",
        "It lasted 28 min, from 14:05 to 14:33.",
    ],
)
def test_what_is_said_in_the_words_of_what_is_cited_is_no_invention(text: str) -> None:
    assert unsupported(text, (ENTRY, LATER)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "14:05 maria: Restarted 4 checkout pods.",
        "14:06 maria: Restarted 3 checkout pods.",
        "14:05 jonas: Restarted 3 checkout pods.",
        "14:05 maria: Restarted 3 checkout pods because of a leak.",
        "It lasted 29 min, from 14:05 to 14:33.",
        "It lasted 28 min, from 14:05 to 14:34.",
        "Everything is fine.",
    ],
)
def test_a_word_number_name_time_or_span_that_nothing_cited_holds_is_one(text: str) -> None:
    assert unsupported(text, (ENTRY, LATER))
    assert unsupported(text, ())


def test_what_was_known_by_the_clock_is_given_and_the_rest_is_asked_for() -> None:
    found = read_one("x.md", PUBLISHED)
    assert [time for time, _ in found.timeline] == ["2023-01-11 14:22", "2023-01-11 15:17", "2023-01-11 15:51"]
    assert found.timeline[1][1] == "Incident is declared.\n- and scribes were found"
    assert [(fact.matter, fact.text) for fact in found.facts] == [
        (Matter.WHAT, "Image pulls fail"),
        (Matter.TIME, "detected 14:22"),
        (Matter.TIME, "declared 15:17"),
        (Matter.TIME, "resolved 15:51"),
        (Matter.DETECTION, "An engineer saw failed logins."),
        (Matter.IMPACT, "Nodes could not pull images."),
        (Matter.IMPACT, "One team told us."),
        (Matter.OUTCOME, "The password was put back."),
        (Matter.ACTION, "Use tokens instead of passwords"),
    ]


def test_times_that_are_headings_begin_entries_too() -> None:
    found = read_one("x.md", HEADED)
    assert found.timeline == (
        ("2018-02-22 16:30", "Stackdriver sends emails."),
        ("16:33", "Deleted the pods."),
        ("16:35", "It is back."),
    )
    assert [fact.matter for fact in found.facts] == [Matter.NARRATIVE, Matter.LESSON, Matter.ACTION]


def test_a_fact_is_covered_by_half_of_its_words() -> None:
    fact = "The password was put back to the old one"
    assert _share(fact, "the old password put back") >= COVERED
    assert _share(fact, "the password") < COVERED


@pytest.mark.skipif(not postmortems.present(), reason=postmortems.ABSENT)
def test_every_citation_is_valid_and_no_claim_is_without_support_on_either_half() -> None:
    names = [name for name, _ in postmortems.files()]
    assert len({half(name) for name in names}) == 2
    scores = {each: evaluate(each) for each in Half}
    for found in scores.values():
        for score in found:
            assert score.invalid == 0, score.name
            assert score.without == 0, score.unsupported[:1]
    assert "of the reachable facts" in page(scores)
