"""What the REST surface answers with, where the domain has no word of its own for it."""

from pydantic import Field

from bot.surfaces.controls import LimitUse
from memory.model.approval import Review
from memory.model.credential import Credential
from memory.model.dead_letter import DeadLetter
from memory.model.node import Node, Term
from memory.model.policies import PolicyProposal, PromotedPolicy
from memory.model.queue import QueuePlace
from memory.model.record import BlobState, Hold, Recorded
from memory.model.run import Run
from memory.model.standing import StandingApproval
from memory.model.talk import Card
from memory.model.value import Value


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


class Stopped(Value):
    """What was asked in a thread is stopped."""

    thread: str


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


class Usage(Value):
    """The limits there are, the fullest first."""

    items: tuple[LimitUse, ...]


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


class Letters(Value):
    """Dead letters, the newest first."""

    items: tuple[DeadLetter, ...]
    next_cursor: str | None = None


class LetterShown(Value):
    """A dead letter, and the entries of the log that lead to it."""

    letter: DeadLetter
    run: Run
    links: tuple[int, ...]
    missing: tuple[str, ...] = ()


class Replayed(Value):
    """The plan that a replay became."""

    run: Run


class PlaceShown(Value):
    """Where a plan stands in the queue."""

    place: QueuePlace | None = None
    says: str = ""


class BacklogShown(Value):
    """What waits of one class."""

    run_class: str
    queued: int
    running: int
    most: int


class QueueShown(Value):
    """What waits, by class."""

    items: tuple[BacklogShown, ...]


class NodesShown(Value):
    """The nodes there are, and who leads in what."""

    items: tuple[Node, ...]
    leaders: tuple[Term, ...]


class PolicyProposals(Value):
    """Policies that wait for a second person, the newest first."""

    items: tuple[PolicyProposal, ...]


class SettledPolicy(Value):
    """What came of a say to a proposal: the policy in force now, or nothing where it was a no."""

    promoted: PromotedPolicy | None = None


class ReadyPart(Value):
    """One part of the house, and whether it works."""

    name: str
    ok: bool
    detail: str = ""
    vital: bool = True


class ReadyReport(Value):
    """Whether questions can be answered, part by part."""

    parts: tuple[ReadyPart, ...] = ()
