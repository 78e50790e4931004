"""What nobody does to another tenant in Slack: as in `tests/memory/test_tenants.py`, which tries these too."""

from collections.abc import Awaitable, Callable

from memory.store import Unit
from tests.fakes.time import MIDNIGHT
from tests.memory.samples import arrival, installation, posted, shown

Call = Callable[[Unit, str], Awaitable[object]]

FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "arrivals.claim": (lambda unit, tenant: unit.arrivals.claim(tenant, "slack_9", 60.0, 9), ()),
    "arrivals.begin": (
        lambda unit, tenant: unit.arrivals.begin(tenant, "command:T1:1.2", "slack_1"),
        (False, None),
    ),
    "arrivals.hold": (lambda unit, tenant: unit.arrivals.hold(tenant, ["command:T1:1.2"], "slack_1", 0.0), None),
    "arrivals.release": (lambda unit, tenant: unit.arrivals.release(tenant, ["command:T1:1.2"], "slack_1"), None),
    "arrivals.finish": (lambda unit, tenant: unit.arrivals.finish(tenant, ["command:T1:1.2"], "slack_1"), 0),
    "arrivals.waiting": (lambda unit, tenant: unit.arrivals.waiting(tenant), 0),
    "installations.find": (lambda unit, tenant: unit.installations.find(tenant, "T1"), None),
    "installations.of": (lambda unit, tenant: unit.installations.of(tenant), ()),
    "installations.replace": (
        lambda unit, tenant: unit.installations.replace(installation(tenant, version=1)),
        False,
    ),
    "installations.remove": (lambda unit, tenant: unit.installations.remove(tenant, "T1"), False),
    "slack_cards.find": (lambda unit, tenant: unit.slack_cards.find(tenant, "run_1"), None),
    "slack_cards.open": (lambda unit, tenant: unit.slack_cards.open(tenant), ()),
    "slack_cards.move": (lambda unit, tenant: unit.slack_cards.move(shown(tenant, version=9)), False),
    "slack_posts.find": (lambda unit, tenant: unit.slack_posts.find(tenant, "T1", "run_1:card"), None),
    "slack_posts.finish": (lambda unit, tenant: unit.slack_posts.finish(posted(tenant, ts="1.2")), None),
    "slack_posts.forget": (lambda unit, tenant: unit.slack_posts.forget(posted(tenant)), None),
}
WRITES_ITS_OWN: dict[str, Call] = {
    "arrivals.keep": lambda unit, tenant: unit.arrivals.keep([arrival(tenant, text="theirs")], "slack_9", 60.0),
    "slack_cards.keep": lambda unit, tenant: unit.slack_cards.keep(shown(tenant, channel="C9")),
    "arrivals.withdraw": lambda unit, tenant: unit.arrivals.withdraw(tenant, "command:T1:1.2", MIDNIGHT),
    "arrivals.reword": lambda unit, tenant: unit.arrivals.reword(tenant, "command:T1:1.2", "theirs", MIDNIGHT),
    "installations.put": lambda unit, tenant: unit.installations.put(installation(tenant, sealed="dGhlaXJz")),
    "slack_posts.begin": lambda unit, tenant: unit.slack_posts.begin(posted(tenant, channel="C9")),
}
SPANS_TENANTS = {
    "arrivals.prune": "what was done long ago comes no more, whomever it came to",
    "slack_posts.prune": "what was posted long ago is not posted again, whoever's it was",
}
