"""What one entry of an erasure can name is bounded, and nothing is lost or named twice at the bounds."""

import asyncio
import re
from collections import Counter
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.archive import RecordArchive
from bot.audit.eraser import MOST_BLOBS, MOST_TURNS, batches
from bot.surfaces.archive import Erasure
from bot.wiring import archive as wired
from memory.errors import StoreUnavailable
from memory.model.bodies import Erased
from memory.model.record import BlobState
from memory.model.value import JsonValue
from memory.scrubbing import ERASED, KINDS, renamed
from tests.fakes.time import MIDNIGHT
from tests.house.places import PACKAGES, sources


def blob(number: int, turn: int) -> BlobState:
    return BlobState(digest=f"{number:064x}", kind="message", correlation=f"cor_{turn}", created_at=MIDNIGHT)


@given(st.lists(st.integers(0, 300), max_size=1_200).map(sorted), st.integers(0, 250))
def test_batches_fit_one_entry_and_hold_everything_once(turns: list[int], bare: int) -> None:
    blobs = [blob(number, turn) for number, turn in enumerate(turns)]
    others = [f"other_{number}" for number in range(bare)]
    made = list(batches(blobs, others))
    assert Counter(each for batch in made for each in batch.blobs) == Counter(blobs)
    assert {turn for batch in made for turn in batch.turns} == {each.correlation for each in blobs} | set(others)
    for batch in made:
        assert {each.correlation for each in batch.blobs} <= set(batch.turns)
        assert (len(batch.blobs) <= MOST_BLOBS, len(batch.turns) <= MOST_TURNS) == (True, True)
        digests = tuple(each.digest for each in batch.blobs)
        assert Erased(erasure="e", why="request", blobs=digests, correlations=batch.turns)


def test_a_person_is_renamed_where_a_field_is_for_people_and_nowhere_else() -> None:
    document: JsonValue = {
        "requester": "alice",
        "steps": [{"service": "alice", "by": "bob", "reason": "Bob's own"}],
        "approvals": [{"approver": "alice", "reason": "hers", "remark": ""}, {"ended_by": "alice", "label": "x"}],
        "goal": "alice",
    }
    assert renamed(document, "alice", "p_1") == {
        "requester": "p_1",
        "steps": [{"service": "alice", "by": "bob", "reason": "Bob's own"}],
        "approvals": [{"approver": "p_1", "reason": ERASED, "remark": ""}, {"ended_by": "p_1", "label": ERASED}],
        "goal": "alice",
    }


def test_every_kind_of_text_beside_the_log_can_be_erased_or_is_kept_for_a_reason() -> None:
    """A new kind belongs to `KINDS`, or here with why it is never erased."""
    kept = {
        "policy": "what was in force must stay readable",
        "hold": "why something was kept from being erased",
        "lesson": "what the house was taught: a reviewed phrasing with gaps for every name and value",
        "replay": "what lessons would have changed, in phrasings with the same gaps",
    }
    texts = [path.read_text() for path in sources(*PACKAGES)]
    attached = {
        kind for text in texts for kind in re.findall(r'(?:Attachment|_text|_words)\([^()]*kind="(\w+)"', text)
    }
    attached |= {kind for text in texts for kind in re.findall(r'_text\("\w+", "(\w+)"', text)}
    assert attached <= set(KINDS) | set(kept)
    assert {"message", "evidence", "policy", "hold"} <= attached


class FailingOnce:
    """A retention whose store is away the first time it sweeps."""

    def __init__(self) -> None:
        self.sweeps = 0
        self.enough = asyncio.Event()

    async def sweep(self, tenant: str) -> Erasure:
        assert tenant == "acme"
        self.sweeps += 1
        if self.sweeps == 1:
            raise StoreUnavailable("expected a database that answers, found none")
        self.enough.set()
        return Erasure(blobs=1)


async def leading(_office: str, _lasts_s: float) -> bool:
    """Lead in everything."""
    return True


async def test_sweeping_goes_on_after_a_failure_and_ends_with_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wired, "SWEEP_EVERY_S", 0.0)
    retention = FailingOnce()
    async with wired.sweeping(cast("RecordArchive", SimpleNamespace(retention=retention)), "acme", leading):
        await asyncio.wait_for(retention.enough.wait(), 10)
    done = retention.sweeps
    await asyncio.sleep(0)
    assert retention.sweeps == done
