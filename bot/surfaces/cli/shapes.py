"""What the REST surface answers with, where the domain has no word of its own for it."""

from pydantic import Field

from memory.model.approval import Review
from memory.model.credential import Credential
from memory.model.limits import Stop
from memory.model.policies import PromotedPolicy
from memory.model.record import BlobState, Hold, Recorded
from memory.model.run import Run
from memory.model.standing import StandingApproval
from memory.model.talk import Card
from memory.model.value import Moment, Value


class PlanView(Value):
    """A plan: its record, and the card as this person sees it."""

    run: Run
    card: Card


class Plans(Value):
    """Some plans, newest first."""

    items: tuple[Run, ...]
    next_cursor: str | None = None


class Log(Value):
    """Some entries of the log, newest first."""

    items: tuple[Recorded, ...]
    next_cursor: str | None = None
    people: dict[str, str] = Field(default_factory=dict)  # names, by pseudonym


class Saved(Value):
    """A file that was saved, and the SHA-256 of its bytes."""

    path: str
    size: int
    digest: str


class EntryBeside(Value):
    """An entry, the state of the texts it names, and which entries erased those that are gone."""

    recorded: Recorded
    blobs: tuple[BlobState, ...]
    erased_in: dict[str, int]


class ErasureReport(Value):
    """What was erased, or would be, and what is kept."""

    erasures: tuple[str, ...] = ()
    blobs: int
    by_kind: dict[str, int]
    correlations: tuple[str, ...]
    held: int = 0
    in_progress: int = 0
    dry_run: bool = False


class HoldList(Value):
    """Every legal hold."""

    items: tuple[Hold, ...]


class Switched(Value):
    """Whether actions are stopped; `name` is what whoever stopped them is called."""

    stopped: Stop | None = None
    name: str = ""


class LimitShown(Value):
    """One limit, and how much of it is used."""

    resource: str
    scope: str
    whose: str = ""
    found: int
    most: int
    frees_at: Moment | None = None


class Usage(Value):
    """The limits there are, the fullest first."""

    items: tuple[LimitShown, ...]


class StandingApprovals(Value):
    """Standing approvals, the newest first."""

    items: tuple[StandingApproval, ...]


class Credentials(Value):
    """Keys and passkeys, and who asks."""

    items: tuple[Credential, ...]
    tenant: str
    holder: str


class Reviews(Value):
    """Uses of break-glass."""

    items: tuple[Review, ...]


class PolicyHistory(Value):
    """The policies that were in force, the newest first."""

    items: tuple[PromotedPolicy, ...]


class ReadyPart(Value):
    """One part of the house, and whether it works."""

    name: str
    ok: bool
    detail: str = ""
    vital: bool = True


class ReadyReport(Value):
    """Whether questions can be answered, part by part."""

    parts: tuple[ReadyPart, ...] = ()
