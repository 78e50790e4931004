"""A timeline of 50,000 entries: summarised in work and space that grow with its length and no faster."""

import time
from datetime import UTC, datetime, timedelta

from agents.summaries import Account, catch_up, hand_over, living, public_update, review, understand
from memory.model.incident import Happening, TimelineEntry
from tests.agents.summaries.outage import NOW, ROWS

BEGAN = datetime(2026, 11, 21, tzinfo=UTC)


def long_timeline(count: int) -> Account:
    entries = []
    for number in range(count):
        at = BEGAN + timedelta(seconds=number)
        _, kind, author, text = ROWS[number % len(ROWS)]
        alert = kind == "alert"
        entries.append(
            TimelineEntry(
                id=f"t{number}",
                tenant="acme",
                at=at,
                recorded_at=at,
                kind=Happening.ALERT if alert else Happening.NOTE,
                text=f"{text} ({number})",
                author=f"{author}-{number % 50}",
                source="person",
                trusted=not alert,
            )
        )
    return Account(timeline=tuple(entries), now=NOW)


def worked(count: int) -> float:
    """Return how many seconds of work all summaries of so many entries take."""
    account, start = long_timeline(count), time.process_time()
    story = understand(account)
    for document in (
        living(story),
        review(story),
        hand_over(story),
        public_update(story),
        catch_up(story, BEGAN + timedelta(seconds=count // 2)),
    ):
        assert len(document.sentences()) <= 60
        assert len(document.sources) <= 80
    return time.process_time() - start


def test_fifty_thousand_entries_are_summarised_in_work_that_grows_with_their_number_alone() -> None:
    few, many = worked(5_000), worked(50_000)
    assert many < 25 * max(few, 0.2)
    assert many < 60
