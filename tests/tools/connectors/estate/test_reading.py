"""Looking at a running estate."""

import pytest

from memory.errors import UnknownService
from tests.estates import Running, eventually
from tests.tools.connectors.estate.hands import Hands
from tools.readings import ChangeKind, ChangeReading, FlagReading, ServiceReading, unpacked

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_service_is_listed_as_it_runs(on: Hands) -> None:
    outcome = await on.read("service.list")
    services = unpacked(outcome, "services", ServiceReading)
    assert [service.name for service in services] == ["storefront", "checkout", "payments"]
    assert outcome.value == 3
    assert "payments 3.2.0" in outcome.summary


async def test_a_description_has_every_field_thinking_reads(on: Hands, running: Running) -> None:
    outcome = await on.read("service.describe", service="payments")
    (payments,) = unpacked(outcome, "services", ServiceReading)
    assert (payments.version, payments.previous_version, payments.replicas, payments.ready) == (
        "3.2.0",
        "3.1.9",
        1,
        1,
    )
    assert (payments.owner, payments.environment, payments.depends_on) == ("team-payments", "production", ())
    rows = outcome.data["services"]
    assert isinstance(rows, list)
    row = rows[0]
    assert isinstance(row, dict)
    assert row["flags"] == {"fraud-screening": True}
    assert {"last_change_at", "known_versions", "uptime_s", "traffic_rps", "health"} <= set(row)
    (evidence,) = outcome.evidence
    assert (evidence.source, evidence.query) == ("estate", "/v1/services/payments")
    assert evidence.link == f"{running.estate.control_url}/v1/services/payments"
    assert evidence.value == {"version": "3.2.0", "ready": 1}


async def test_changes_are_listed_with_who_and_what(on: Hands, running: Running) -> None:
    before = await on.read("deploys.list", service="storefront", window="1h")
    assert (before.value, unpacked(before, "changes", ChangeReading)) == (0, ())
    assert before.summary == "storefront was not changed (1h)."
    await running.post("/v1/services/storefront/deploy", version="2.7.1", by="release-pipeline")
    outcome = await on.read("deploys.list", service="storefront", window="1h", environment="production")
    (change,) = unpacked(outcome, "changes", ChangeReading)
    assert (change.kind, change.before, change.after) == (ChangeKind.DEPLOY, "2.7.0", "2.7.1")
    assert change.by == "release-pipeline"
    assert "storefront was deployed from 2.7.0 to 2.7.1" in outcome.summary
    assert outcome.evidence[0].range is not None
    elsewhere = await on.read("deploys.list", service="storefront", environment="staging")
    assert elsewhere.summary == "storefront was not changed in staging (1d)."


async def test_flags_are_listed_for_one_service_or_all(on: Hands) -> None:
    every = await on.read("flags.list")
    assert {flag.name for flag in unpacked(every, "flags", FlagReading)} == {
        "new-pricing",
        "express-checkout",
        "fraud-screening",
    }
    ours = await on.read("flags.list", service="payments")
    assert [(flag.name, flag.enabled) for flag in unpacked(ours, "flags", FlagReading)] == [
        ("fraud-screening", True)
    ]
    assert ours.summary == "1 flag of payments: fraud-screening on."
    none = await on.read("flags.list", service="storefront")
    assert none.summary == "No flags of storefront."


async def test_what_a_service_logged_is_text_of_the_evidence_and_never_our_words(on: Hands) -> None:
    async def logged() -> bool:
        return bool((await on.read("logs.search", service="storefront", contains="/buy done")).value)

    assert await eventually(logged)
    outcome = await on.read("logs.search", service="storefront", contains="/buy done", window="5m")
    (evidence,) = outcome.evidence
    assert "POST /buy done" in evidence.text
    assert "POST /buy done" not in outcome.summary + evidence.summary
    assert outcome.value == evidence.value
    assert "storefront logged" in outcome.summary


async def test_log_lines_are_chosen_by_severity(on: Hands) -> None:
    outcome = await on.read("logs.search", service="payments", level="critical")
    assert (outcome.value, outcome.evidence[0].text) == (0, "")
    assert outcome.summary == "payments logged no lines at error or worse (1h)."


@pytest.mark.parametrize("tool", ["service.describe", "deploys.list", "logs.search", "flags.list"])
async def test_an_unknown_service_is_an_error_that_names_what_was_meant(on: Hands, tool: str) -> None:
    with pytest.raises(UnknownService, match="checkout, payments, storefront") as error:
        await on.read(tool, service="chekout")
    assert error.value.hint == "Did you mean checkout?"
