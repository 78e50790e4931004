"""Which messages of a chat show which plan, so that they are kept up to date after a restart and on any node."""

from memory.model.value import Identifier, Moment, Value


class Shown(Value):
    """One plan in one thread of a workspace: `stamps` are its messages, in order.

    `version` is the run's that they show, `seen` the digest of what they say; `over` once nothing changes.
    """

    tenant: Identifier
    run: Identifier
    team: Identifier
    channel: Identifier
    thread: str = ""
    stamps: tuple[str, ...] = ()
    version: int = -1
    seen: str = ""
    over: bool = False


class Success(Value):
    """One plan that went well, as the message of a channel and day tells it; `day` is in UTC, as 2026-11-21."""

    tenant: Identifier
    team: Identifier
    channel: Identifier
    day: Identifier
    run: Identifier
    title: str
    requester: str
    at: Moment
