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
APPROVAL = (
    b'{"approver":"bob","assurance":"chat","break_glass":false,"credential":null,"decided_at":"2026-11-20T03:01:00Z",'
    b'"expires_at":"2026-11-20T03:30:00Z","id":"approval_bob","nonce":"",'
    b'"plan_digest":"285e44c098a847db8afdee392fbc66d59f2b296a58c402dc29506e56589cd828",'
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
        (samples.run().plan, "285e44c098a847db8afdee392fbc66d59f2b296a58c402dc29506e56589cd828"),
        (samples.evidence(), "9d65f1e676264188672acd9575bc79ed3f14f579f5e6b95289599053c9c1088f"),
        (samples.grant(), "c91353f751026fd16da61212402acee1b6d3667c54d77b6e9b9784c417cbd714"),
        (samples.approval(), "f139a3944bb6895afe5b00ebce7d4a6b880f82db1783d2044f2a5be64f64e744"),
    ],
    ids=["plan", "evidence", "grant", "approval"],
)
def test_digests_are_pinned(value: Value, pinned: str) -> None:
    assert digest(value) == pinned
