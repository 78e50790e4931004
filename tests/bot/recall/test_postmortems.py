"""Post-mortems that were written elsewhere: what is read in them, and that nothing is made up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recall.alone import recalled
from bot.recall.likeness import compared
from bot.recall.postmortems import of_postmortem
from bot.surfaces.recall import Written
from memory.errors import PolicyDenied
from memory.model.memory import Memory
from memory.model.people import Role
from memory.recall.cache import VectorCache
from memory.recall.entry import Features, Hit, Query
from tests.bot.recall.conftest import Remembering
from tests.fakes.embedding import WordEmbedder
from tests.fakes.people import ALICE, TENANT, person
from tests.fakes.time import MIDNIGHT

ADA = person("ada", Role.ADMIN)
CERTIFICATE = """---
title: Checkout down
services: [checkout]
---
# 2024-03-01 checkout down

All requests were refused.

## Timeline

- 10:00 alerts

## Root cause

The certificate had expired; [nobody renewed it](https://wiki.example/x).

## Resolution

1. A new certificate was installed.
2. Renewal was automated.
"""
BULLETS = """# Incident on 2023-09-18 - Disk full

- **Impact**: pods were evicted.
- **Root cause**: A change made the disk
  smaller.
- **Resolution**:
  - The disk was made larger.
- **Review actions**:
  - alert earlier
"""
PROSE = (
    "# Slow search\n\nWe looked for the root cause?\n\nThe index was slow. It was caused by a full disk. "
    "We rolled back.\n"
)


def read(text: str, file: str = "notes/a.md") -> Memory:
    return of_postmortem(file, text, TENANT, read_at=MIDNIGHT, keep=timedelta(days=30))


def test_sections_say_the_cause_and_the_fix() -> None:
    found = read(CERTIFICATE, "2024-03-01-checkout.md")
    assert (found.title, found.services) == ("Checkout down", ("checkout",))
    assert found.cause == "The certificate had expired; nobody renewed it"
    assert found.fix == "A new certificate was installed; Renewal was automated"
    assert (found.at, found.until) == (datetime(2024, 3, 1, tzinfo=UTC), MIDNIGHT + timedelta(days=30))
    assert found.subject == "file:2024-03-01-checkout.md"


def test_what_stands_in_bold_before_a_colon_is_a_section_too() -> None:
    found = read(BULLETS)
    assert (found.cause, found.fix) == ("A change made the disk smaller", "The disk was made larger")
    assert found.at == datetime(2023, 9, 18, tzinfo=UTC)


def test_without_sections_a_sentence_that_says_so_counts_and_a_question_does_not() -> None:
    found = read(PROSE)
    assert (found.cause, found.fix) == ("It was caused by a full disk", "We rolled back")
    assert found.at == MIDNIGHT


@pytest.mark.parametrize("text", ["", "# Title\n\nIt was slow for a while.", "The root cause is still unknown."])
def test_what_a_file_does_not_say_stays_empty(text: str) -> None:
    found = read(text)
    assert (found.cause, found.fix) == ("", "")


def test_what_only_hints_at_a_cause_is_said_to_be_suspected() -> None:
    assert read("Requests failed due to a full disk.").cause == "Suspected: Requests failed due to a full disk"


@given(st.text(max_size=2000), st.text(min_size=1, max_size=300))
def test_any_file_is_a_memory(text: str, file: str) -> None:
    assert read(text, file).title


def test_files_alone_answer_whether_it_was_seen_before(tmp_path: Path) -> None:
    memories = [read(CERTIFICATE, "a.md"), read(BULLETS, "b.md")]
    model = WordEmbedder()
    query = Query(words="checkout down: certificate expired", now=MIDNIGHT)
    cache = VectorCache(model, tmp_path / "vectors.npz")
    found = recalled(query, memories, model, cache, now=MIDNIGHT, limit=1)
    assert [(each.title, each.cause) for each in found] == [("Checkout down", memories[0].cause)]
    assert recalled(Query(words="zebra okapi"), memories, model, cache, now=MIDNIGHT, limit=1) == ()


async def test_an_administrator_teaches_a_house_what_was_written_and_again_only_what_changed(
    memory: Remembering,
) -> None:
    files = [Written(name="a.md", text=CERTIFICATE), Written(name="b.md", text=BULLETS)]
    assert (await memory.room.teach(ADA, files)).memories == 2
    memory.clock.at += timedelta(days=1)
    assert (await memory.room.teach(ADA, files)).memories == 0
    changed = Written(name="b.md", text=BULLETS.replace("larger", "much larger"))
    assert (await memory.room.teach(ADA, [files[0], changed])).memories == 1
    (first, *_) = await memory.recall.similar(TENANT, "disk full, pods were evicted")
    assert (first.title, first.fixed_by) == ("Incident on 2023-09-18 - Disk full", "The disk was made much larger")
    with pytest.raises(PolicyDenied):
        await memory.room.teach(ALICE, files)


async def test_what_was_forgotten_is_not_taught_again(memory: Remembering) -> None:
    files = [Written(name="a.md", text=CERTIFICATE)]
    await memory.room.teach(ADA, files)
    assert (await memory.room.forget(ADA, "file:a.md")).memories == 1
    assert (await memory.room.teach(ADA, files)).memories == 0


def test_what_shares_no_word_and_no_meaning_is_not_said_to_mean_the_same() -> None:
    memory, query = read(BULLETS), Query(words="zzz")
    told = [
        compared(
            Hit(id=memory.id, score=0.1, features=Features(meaning=meaning)), memory, query, None, MIDNIGHT
        ).alike
        for meaning in (0.1, 0.9)
    ]
    assert told == [
        ("no word of it is the same; it is only the nearest there is",),
        ("what is said of it means nearly the same",),
    ]
