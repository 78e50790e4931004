"""What the doctor says of the signed log."""

from datetime import UTC, datetime

import pytest

from bot.log_findings import log_findings
from bot.surfaces.cli.host import Health
from bot.surfaces.signed_log import LogState, WitnessAnswer

STATE = LogState(origin="example.org/acme", key="example.org/acme+00+AA", size=9, published_size=9)
SEEN = WitnessAnswer(name="w", key="w+00+AA", cosigned_at=datetime(2026, 11, 20, 3, 0, tzinfo=UTC))


def test_a_log_that_is_published_and_witnessed_is_well() -> None:
    findings = list(log_findings(STATE.model_copy(update={"key_from": "Vault", "witnesses": (SEEN,)})))
    assert [(each.check, each.health) for each in findings] == [
        ("log key", Health.OK),
        ("log", Health.OK),
        ("witness w", Health.OK),
    ]
    assert findings[0].found == "example.org/acme+00+AA, private key in Vault"
    assert findings[2].found == "cosigned what was published 2026-11-20 03:00:00 UTC"


@pytest.mark.parametrize(
    ("changes", "health", "found"),
    [
        ({"published_size": 4, "behind_s": 5}, Health.OK, "9 entries, 4 published"),
        ({"published_size": 4, "behind_s": 90}, Health.WARN, "the next one has waited for 90 s"),
        ({"published_size": 4, "problem": "the disk is full"}, Health.WARN, "4 published: the disk is full"),
        ({"problem": "found others", "in_doubt": True}, Health.FAIL, "9 published: found others"),
    ],
)
def test_what_is_not_published_is_told_with_what_to_do(
    changes: dict[str, object], health: Health, found: str
) -> None:
    _, log = log_findings(STATE.model_copy(update=changes))
    assert (log.health, found in log.found) == (health, True)
    assert bool(log.hint) is (health is not Health.OK)


def test_a_witness_that_gives_nothing_says_why_and_what_it_gave_last() -> None:
    state = STATE.model_copy(update={"witnesses": (SEEN.model_copy(update={"problem": "it is away"}),)})
    *_, witness = log_findings(state)
    assert witness.health is Health.WARN
    assert witness.found == "it is away; cosigned what was published 2026-11-20 03:00:00 UTC"
