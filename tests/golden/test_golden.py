"""Bytes that must not change: what was approved or recorded under them would no longer be found.

Where a field is added on purpose, the new digest is pinned beside a CHANGELOG entry that says so.
"""

import pytest

from memory.canonical import canonical, digest
from memory.model.value import Value
from tests.memory import samples

PLAN = (
    b'{"budget":null,"goal":"Roll back","message":"m1","requester":"alice","runbook":null,"steps":[{"attempts":3,'
    b'"call":{"arguments":{"service":"checkout","version":"1.4.1"},"provenance":{},"tool":"deploy.rollback"},'
    b'"checks":[],"effect":"write","says":"Roll back checkout","timeout_s":10,"undo":null,"when":null}],'
    b'"tenant":"acme","thread":"t1"}'
)
APPROVAL = (
    b'{"approver":"bob","assurance":"chat","break_glass":false,"credential":null,"decided_at":"2026-11-20T03:01:00Z",'
    b'"expires_at":"2026-11-20T03:30:00Z","id":"approval_bob","nonce":"",'
    b'"plan_digest":"95118ef28083359fe6cf8adff35b786d5f52f58623b1d24e467218df87065673",'
    b'"policy_hash":"0000000000000000000000000000000000000000000000000000000000000000","reason":"Looks right",'
    b'"run":"run_1","surface":"console","tenant":"acme","verdict":"approve"}'
)


def test_a_plan_has_the_bytes_people_approved() -> None:
    assert canonical(samples.run().plan) == PLAN


def test_an_approval_has_the_bytes_that_are_stored() -> None:
    assert canonical(samples.approval()) == APPROVAL


@pytest.mark.parametrize(
    ("value", "pinned"),
    [
        (samples.run().plan, "95118ef28083359fe6cf8adff35b786d5f52f58623b1d24e467218df87065673"),
        (samples.evidence(), "9d65f1e676264188672acd9575bc79ed3f14f579f5e6b95289599053c9c1088f"),
        (samples.grant(), "c91353f751026fd16da61212402acee1b6d3667c54d77b6e9b9784c417cbd714"),
        (samples.approval(), "0e9b5476dc32825c7702d6a2b1d2d0b9f6713187a848061d226ee401f8b58034"),
    ],
    ids=["plan", "evidence", "grant", "approval"],
)
def test_digests_are_pinned(value: Value, pinned: str) -> None:
    assert digest(value) == pinned
