"""What nobody does to another tenant in Slack: as in `tests/memory/test_tenants.py`, which tries these too."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from memory.store import Unit
from tests.fakes.time import MIDNIGHT
from tests.memory import chat_calls
from tests.memory.samples import installation, shown
from tests.memory.slack_samples import success

Call = Callable[[Unit, str], Awaitable[object]]

FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    **chat_calls.finds_nothing("arrivals", "slack_posts"),
    "installations.find": (lambda unit, tenant: unit.installations.find(tenant, "T1"), None),
    "installations.of": (lambda unit, tenant: unit.installations.of(tenant), ()),
    "installations.replace": (
        lambda unit, tenant: unit.installations.replace(installation(tenant, version=1)),
        False,
    ),
    "installations.remove": (lambda unit, tenant: unit.installations.remove(tenant, "T1"), False),
    "slack_cards.find": (lambda unit, tenant: unit.slack_cards.find(tenant, "run_1"), None),
    "slack_cards.open": (lambda unit, tenant: unit.slack_cards.open(tenant), ()),
    "slack_successes.of": (lambda unit, tenant: unit.slack_successes.of(tenant, "T1", "C1", "2026-07-01"), ()),
    "slack_cards.move": (lambda unit, tenant: unit.slack_cards.move(shown(tenant, version=9)), False),
}
WRITES_ITS_OWN: dict[str, Call] = {
    **chat_calls.writes_its_own("arrivals", "slack_posts"),
    "slack_cards.keep": lambda unit, tenant: unit.slack_cards.keep(shown(tenant, channel="C9")),
    "slack_successes.add": lambda unit, tenant: unit.slack_successes.add(success(tenant, title="Theirs")),
    "slack_notices.first": lambda unit, tenant: unit.slack_notices.first(
        tenant, "T1", "scope", MIDNIGHT, timedelta(0)
    ),
    "installations.put": lambda unit, tenant: unit.installations.put(installation(tenant, sealed="dGhlaXJz")),
}
SPANS_TENANTS = chat_calls.spans_tenants("arrivals", "slack_posts") | {
    "slack_notices.prune": "what was said long ago may be said again, whoever it was said to",
    "slack_successes.prune": "the message of a day that is over does not change any more, whoever's it is",
}
