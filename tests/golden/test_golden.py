"""Bytes that must not change: what was approved or recorded under them would no longer be found.

Where a field is added on purpose, the new digest is pinned beside a CHANGELOG entry that says so.
"""

import pytest

from memory.canonical import canonical, digest
from memory.model.value import Value
from tests.memory import samples

PLAN = (
    b'{"goal":"Roll back","message":"m1","requester":"alice","steps":[{"call":{"arguments":{"service":"checkout",'
    b'"version":"1.4.1"},"provenance":{},"tool":"deploy.rollback"},"checks":[],"effect":"write",'
    b'"says":"Roll back checkout","undo":null}],"tenant":"acme","thread":"t1"}'
)
ENTRY = (
    b'{"actor":"alice","at":"2026-11-20T03:00:00Z","body":{"message":"m1"},"correlation":"cor_1","kind":"message",'
    b'"tenant":"acme"}'
)


def test_a_plan_has_the_bytes_people_approved() -> None:
    assert canonical(samples.run().plan) == PLAN


def test_a_ledger_entry_has_the_bytes_that_were_hashed() -> None:
    assert canonical(samples.entry()) == ENTRY


@pytest.mark.parametrize(
    ("value", "pinned"),
    [
        (samples.run().plan, "285e44c098a847db8afdee392fbc66d59f2b296a58c402dc29506e56589cd828"),
        (samples.entry(), "eb41b7fa1de8ff42053b39ceb98983b0378d3ba6095c059a509b424f7bf0b23e"),
        (samples.evidence(), "9d65f1e676264188672acd9575bc79ed3f14f579f5e6b95289599053c9c1088f"),
        (samples.grant(), "1e9cc019a37e4fa776fbaa2c21e37995e1f237990191ddeb767535ada3f24004"),
    ],
    ids=["plan", "entry", "evidence", "grant"],
)
def test_digests_are_pinned(value: Value, pinned: str) -> None:
    assert digest(value) == pinned
