"""What nobody does to another tenant in any chat: the calls of its arrivals and its posts, by their names."""

from collections.abc import Awaitable, Callable
from typing import Any

from memory.store import Unit
from memory.store.arrivals import Arrivals
from memory.store.posts import Posts
from tests.fakes.time import MIDNIGHT
from tests.memory.samples import arrival, posted

Call = Callable[[Unit, str], Awaitable[object]]

CAME = "command:T1:1.2"


def finds_nothing(arrivals: str, posts: str) -> dict[str, tuple[Call, object]]:
    """Return the calls that find nothing of another tenant's."""
    came: dict[str, tuple[Callable[[Arrivals, str], Awaitable[object]], object]] = {
        "claim": (lambda kept, tenant: kept.claim(tenant, "node_9", 60.0, 9), ()),
        "begin": (lambda kept, tenant: kept.begin(tenant, CAME, "slack_1"), (False, None)),
        "hold": (lambda kept, tenant: kept.hold(tenant, [CAME], "slack_1", 0.0), None),
        "release": (lambda kept, tenant: kept.release(tenant, [CAME], "slack_1"), None),
        "finish": (lambda kept, tenant: kept.finish(tenant, [CAME], "slack_1"), 0),
        "latest": (lambda kept, tenant: kept.latest(tenant), None),
        "waiting": (lambda kept, tenant: kept.waiting(tenant), 0),
    }
    sent: dict[str, tuple[Callable[[Posts, str], Awaitable[object]], object]] = {
        "find": (lambda kept, tenant: kept.find(tenant, "T1", "run_1:card"), None),
        "finish": (lambda kept, tenant: kept.finish(posted(tenant, ts="1.2")), None),
        "forget": (lambda kept, tenant: kept.forget(posted(tenant)), None),
    }
    of_arrivals = {f"{arrivals}.{name}": (_on(arrivals, call), found) for name, (call, found) in came.items()}
    return of_arrivals | {f"{posts}.{name}": (_on(posts, call), found) for name, (call, found) in sent.items()}


def writes_its_own(arrivals: str, posts: str) -> dict[str, Call]:
    """Return the calls that write what is the caller's own."""
    came: dict[str, Callable[[Arrivals, str], Awaitable[object]]] = {
        "keep": lambda kept, tenant: kept.keep([arrival(tenant, text="theirs")], "node_9", 60.0),
        "withdraw": lambda kept, tenant: kept.withdraw(tenant, CAME, MIDNIGHT),
        "reword": lambda kept, tenant: kept.reword(tenant, CAME, "theirs", MIDNIGHT),
    }
    sent: dict[str, Callable[[Posts, str], Awaitable[object]]] = {
        "begin": lambda kept, tenant: kept.begin(posted(tenant, channel="C9")),
    }
    of_arrivals = {f"{arrivals}.{name}": _on(arrivals, call) for name, call in came.items()}
    return of_arrivals | {f"{posts}.{name}": _on(posts, call) for name, call in sent.items()}


def spans_tenants(arrivals: str, posts: str) -> dict[str, str]:
    """Return why some calls are about every tenant."""
    return {
        f"{arrivals}.prune": "what was done long ago comes no more, whomever it came to",
        f"{posts}.prune": "what was posted long ago is not posted again, whoever's it was",
    }


def _on(name: str, call: Callable[[Any, str], Awaitable[object]]) -> Call:
    return lambda unit, tenant: call(getattr(unit, name), tenant)
