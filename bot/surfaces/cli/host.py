"""What the commands need from the process they run in. `bot/__main__.py` supplies it; nothing here builds it."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from starlette.types import ASGIApp

from bot.settings import Settings
from memory.model.access import ApiKey
from memory.model.value import JsonValue, Value

if TYPE_CHECKING:
    import httpx

    from agents.costs.answer import CostAnswer
    from bot.voice.hearing import Ear
    from memory.recall.recalling import Remembered, RunbookMatch
    from tools.policy import Facts
    from tools.policy.past import Past
    from tools.policy.source import Library

Progress = Callable[[str], None]


class Health(StrEnum):
    """What came of one check of the doctor."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(Value):
    """One line of the doctor: what was looked at, what was found, and what to do about it."""

    check: str
    health: Health
    found: str
    hint: str = ""


class Door(Value):
    """A way to a running Quarterdeck, and the key that opens it."""

    url: str
    key: str


class DemoReady(Value):
    """A demo that stands: where it is, and a link that signs each of its people in."""

    url: str
    links: dict[str, str]


class KeyRing(Protocol):
    """The tenant's API keys, administered where the store is."""

    async def add(
        self, person: str, scopes: Iterable[str], *, label: str, lifetime: timedelta | None
    ) -> tuple[ApiKey, str]:
        """Return a new key and its secret, which is shown this once."""

    async def all(self) -> Sequence[ApiKey]:
        """Return every key, the ended ones too."""

    async def revoke(self, key: str) -> ApiKey:
        """End a key now; raises `NotFound`."""

    async def rotate(self, key: str, overlap: timedelta) -> tuple[ApiKey, ApiKey, str]:
        """Return a key, which ends after the overlap, its successor and the successor's secret."""


class LogKeyLine(Value):
    """A key of the log, at the size of the tree at which it was rotated away or from which it was revoked."""

    key: str
    signs: bool
    rotated_at: int | None = None
    revoked_from: int | None = None


class LogKeys(Value):
    """The keys of the log, the first one first, and where the one that signs was found."""

    key_from: str
    keys: tuple[LogKeyLine, ...]


class KeyChange(Value):
    """The key of the log changed: whose entry that is, and what is to be done now."""

    key: str
    entry: int
    then: str


class LogKeeper(Protocol):
    """The log and its key, where the store is."""

    async def keys(self) -> LogKeys:
        """Return the keys that the log had and has."""

    async def rotate(self, new: Path | None, *, keep: bool) -> KeyChange:
        """Let the key in the file `new`, or a fresh one, take over; with `keep`, the old one is put aside."""

    async def requests(self) -> "Past":
        """Return the past requests that the log tells of, and how many it does not."""

    async def revoke(self, key: str, from_size: int | None) -> KeyChange:
        """Take back what a key that was rotated away signed for larger trees; raises `Conflict`, `NotFound`."""


class ToolState(StrEnum):
    """How a tool of an MCP server stands to what somebody agreed to."""

    AGREED = "agreed"
    NEW = "new"  # nobody has agreed to it yet
    CHANGED = "changed"  # since somebody agreed to it
    GONE = "gone"


class ImportedTool(Value):
    """A tool of an MCP server; `before` and `after` are the lines that differ, in the server's own words."""

    tool: str
    state: ToolState
    effect: str = ""
    tier: str = ""
    pinned: str | None = None
    found: str | None = None
    why: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class ToolKeeper(Protocol):
    """What is agreed to of MCP servers' tools."""

    async def tools(self) -> tuple[ImportedTool, ...]:
        """Return every tool that is offered or agreed to."""

    async def agree(self, tool: str, digest: str) -> ImportedTool:
        """Agree to a tool as it is now, if its digest begins so; raises `Conflict` or `NotFound`."""


class LineReader(Protocol):
    """Understands single lines, without a conversation and without acting."""

    def read(self, line: bytes) -> dict[str, JsonValue]:
        """Return what a line means, or an error object for a line that cannot be read."""


class Host(Protocol):
    """The process."""

    def settings(self, **overrides: Any) -> Settings:
        """Return the settings, with these in place of what was configured; raises `InvalidSettings`."""

    def open_local(self, settings: Settings) -> AbstractAsyncContextManager[tuple[ASGIApp, str]]:
        """Assemble the application in this process, and a key for the person the settings name."""

    def demo_door(self, settings: Settings, person: str) -> Door | None:
        """Return the way to a demo that runs on this machine, for one of its people; None where none runs."""

    def open_keys(self, settings: Settings) -> AbstractAsyncContextManager[KeyRing]:
        """Open the store for its keys alone."""

    def open_log(self, settings: Settings) -> AbstractAsyncContextManager[LogKeeper]:
        """Open the store for the key of its log alone."""

    def new_log_key(self, settings: Settings, path: Path) -> str:
        """Make a key in a file and return its verifier key; raises `Conflict` where there is a file."""

    def log_key_in(self, settings: Settings, path: Path) -> str:
        """Return the verifier key of the private key in a file; raises `NotFound` or `LogKeyWrong`."""

    def open_tools(self, settings: Settings) -> AbstractAsyncContextManager[ToolKeeper]:
        """Open the store for what is agreed to of MCP servers' tools."""

    async def speak(self, http: "httpx.AsyncClient") -> int:
        """Be an MCP server on standard input and output, asking Quarterdeck by this client."""

    def open_reader(self, settings: Settings) -> LineReader:
        """Load the embedded interpreter."""

    def open_ear(self, settings: Settings) -> "Ear":
        """Load the embedded interpreter, and what hears; raises `DependencyMissing`. To be closed."""

    def find_runbooks(
        self, settings: Settings, payload: bytes, library: Path | None, limit: int
    ) -> "tuple[RunbookMatch, ...]":
        """Return the runbooks for an alert: of a folder, else of the settings; raises `InvalidInput`."""

    def recall_files(
        self, settings: Settings, words: str, library: Path, services: tuple[str, ...], limit: int
    ) -> "tuple[Remembered, ...]":
        """Return what is like it of a folder of post-mortems; raises `InvalidInput`."""

    def ask_bills(self, bills: Sequence[Path], question: str, after: Sequence[str], now: datetime) -> "CostAnswer":
        """Answer from these files alone; raises `InvalidInput`, `PayloadInvalid`, `DependencyMissing`."""

    def policy_library(self, settings: Settings, place: Path | None) -> "Library":
        """Return the policies kept at `place`, else those of the settings; raises `InvalidSettings`."""

    def policy_facts(self, settings: Settings) -> "Facts":
        """Return who and what the settings' policies are about."""

    def examine(self, settings: Settings) -> AsyncIterator[Finding]:
        """Look at every part this process would use, one after another."""

    def examine_slack(self, settings: Settings) -> AsyncIterator[Finding]:
        """Look at the way to Slack and back."""

    def slack_manifest(
        self, settings: Settings, name: str, *, socket: bool
    ) -> tuple[dict[str, JsonValue], Mapping[str, str]]:
        """Return the manifest of the Slack app, and what each of its scopes and events is for."""

    def examine_teams(self, settings: Settings) -> AsyncIterator[Finding]:
        """Look at the way to Microsoft Teams and back."""

    def teams_package(self, settings: Settings, name: str) -> bytes:
        """Return the app package for Teams as a ZIP file; raises `InvalidSettings`."""

    async def serve(self, settings: Settings, opened: Progress) -> None:
        """Serve until told to stop; `opened` is told the address."""

    async def demo(self, settings: Settings, tell: Progress, opened: Callable[[DemoReady], None]) -> None:
        """Run the demo estate and Quarterdeck beside it until told to stop; `opened` is told how to get in."""

    async def walk(self, settings: Settings, tell: Progress) -> dict[str, JsonValue]:
        """Take the demo's walk once, from the question to the record, and return the report of it."""
