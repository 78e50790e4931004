"""The seam between receiving and talking: what came from Slack, who it was, and how to answer in a workspace.

Receiving keeps an arrival before it acknowledges it, finds out who it is from, and then has the talking side work
on it: at least once, in this process or, after its death, in another. Work that was begun may be begun again, so
whatever it does carries the arrival's id: a message to the desk has it as its own id, a post in its `key`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from bot.surfaces.slack.blocks import Post
from memory.model.arrival import Arrival, ArrivalKind
from memory.model.identity import Account
from memory.model.installation import Posted
from memory.model.people import Principal
from memory.model.value import JsonValue

__all__ = ["Answer", "Arrival", "ArrivalKind", "Posted", "Talking", "Visit", "Web", "Webs"]

Answer: TypeAlias = dict[str, Any]  # what Slack answered, as JSON


class Web(Protocol):
    """One workspace's Web API, paced to Slack's limits. A call that is held back waits; it is not refused.

    Raises `SlackError` or one of its kinds, each with Slack's own word for it in `error`: `SlackScopeMissing`,
    `SlackChannelClosed` (archived, gone, or without us), `SlackMessageGone`, `SlackTokenInvalid`, `SlackBusy` (too
    much is waiting already), `SlackUnreachable`.
    """

    @property
    def team(self) -> str:
        """Return the workspace's id."""

    @property
    def bot_user(self) -> str:
        """Return who Quarterdeck is there, a user id."""

    async def call(self, method: str, /, **arguments: JsonValue) -> Answer:
        """Call a method once, by Slack's names: `call("views.publish", user_id=…, view=…)`.

        It is repeated after a 429, as Slack did nothing then; after a time-out or a 5xx only where that is safe:
        reading, and methods that set something to a value (`chat.update`, `views.publish`, `setStatus` ...).
        `chat.postMessage` is not among them: use `post`.
        """

    async def post(self, channel: str, post: Post, *, key: str, thread: str = "") -> str:
        """Post a message once, however often this is called with its `key`, and return its `ts`.

        Before it repeats a call that may have got through, it looks for the key among the messages that are there.
        Keys are the caller's: an arrival's id and a word, such as `f"{arrival.id}:reply:0"`; of the letters of
        an `Identifier`, at most 120.
        """

    async def posted(self, key: str) -> Posted | None:
        """Return where the message of a key is, None where none was begun; without a `ts` nobody knows.

        Remembered for 90 days, over restarts and by every node.
        """

    async def update(self, channel: str, ts: str, post: Post) -> None:
        """Replace a message of ours. Of several updates that wait for their turn, only the last is sent."""

    async def whisper(self, channel: str, user: str, post: Post, *, thread: str = "") -> None:
        """Post what only this user sees and is gone when they reload; in a direct message, just post it."""

    async def respond(self, url: str, post: Post, *, replace: bool = False) -> None:
        """Answer by the `response_url` of a command or a click (5 times within 30 min), to that person alone.

        Only addresses of Slack's own are called.
        """

    async def upload(self, name: str, data: bytes, title: str, *, channel: str = "", thread: str = "") -> str:
        """Upload a file and return its id, for `blocks.uploaded`; with a channel, share it there too."""

    async def download(self, url: str, most_bytes: int) -> bytes:
        """Return a file that was shared (`url_private` of an audio clip); raises `SlackError`."""


class Webs(Protocol):
    """The workspaces Quarterdeck is installed in."""

    async def of(self, team: str) -> Web:
        """Return a workspace's; raises `SlackNotInstalled`."""

    async def teams(self) -> tuple[str, ...]:
        """Return the ids of all of them."""


@dataclass(frozen=True)
class Visit:
    """Something that came from a person who is known here, with their roles as they are now."""

    arrival: Arrival
    person: Principal
    account: Account
    web: Web


class Talking(Protocol):
    """What Quarterdeck does in Slack. Strangers, guests and people without a link never come this far.

    Receiving itself answers `/qd link …`, `/qd unlink` and buttons whose `action_id` begins with `link:`, takes
    revoked tokens and changed user groups, and does not pass on what bots wrote.
    """

    def at_once(self, arrival: Arrival) -> Mapping[str, JsonValue]:
        """Return what the acknowledgement says: nothing for most.

        For `SUBMISSION`, `{"response_action": "errors", "errors": {block_id: text}}` or another answer of Slack's
        view_submission; what is answered with errors is not worked on. No I/O and no waiting: Slack waits 3 s for
        this, and everybody else in this process meanwhile. It may not take anybody's word: who it is from is not
        known yet.
        """

    async def work(self, visit: Visit) -> None:
        """Do what was asked, however long it takes. May be called again for the same arrival after a crash.

        An error that may pass (`StoreUnavailable`, `SlackUnreachable`, `SlackBusy`) has it called again, a few
        times; any other `QuarterdeckError` is told to the person, to them alone, and the arrival is done with.
        """
