"""What people and Quarterdeck say to each other, free of any surface: a surface only renders."""

from enum import StrEnum

from memory.model.approval import Assurance
from memory.model.evidence import Evidence
from memory.model.intent import Intent, Provenance
from memory.model.people import Surface
from memory.model.run import Change, Run
from memory.model.value import Digest, Identifier, JsonValue, Moment, Value


class Message(Value):
    """What came in: one person's words in one thread. `id` is the surface's own, so a repeat is recognised."""

    id: Identifier
    tenant: Identifier
    thread: Identifier
    sender: Identifier
    surface: Surface
    text: str
    at: Moment


class ButtonAction(StrEnum):
    """What pressing a button does."""

    SAY = "say"  # the same as typing `value`
    APPROVE = "approve"
    DENY = "deny"
    WITHDRAW = "withdraw"
    WHY = "why"
    SIGN = "sign"  # opens the page on which a passkey is asked
    BREAK_GLASS = "break_glass"
    RECEIPTS = "receipts"  # files that prove what came of a plan
    PAUSE = "pause"  # each of these three at the next safe point
    RESUME = "resume"
    CANCEL = "cancel"


class Button(Value):
    """One thing a person can press."""

    label: str
    action: ButtonAction
    value: str = ""  # what is said, or the run's id
    plan_digest: Digest | None = None
    primary: bool = False
    danger: bool = False


class Chart(Value):
    """A picture as a Vega-Lite specification, and what it shows in words for those who cannot see it."""

    id: Identifier
    title: str
    alt: str
    spec: dict[str, JsonValue]


class Fact(Value):
    """A named value on a card, and where it came from."""

    name: str
    value: str
    provenance: Provenance = Provenance.SAID


class CardStep(Value):
    """One step as a card shows it: exact arguments, what would change, how it is taken back."""

    says: str
    tool: str
    arguments: tuple[Fact, ...]
    changes: tuple[Change, ...] = ()
    undo: str = ""
    checks: tuple[str, ...] = ()
    status: str = "pending"
    result: str = ""
    started_at: Moment | None = None
    took_s: float | None = None  # once it is over, its checks included
    waiting: str = ""  # for which check, with its number now


class Card(Value):
    """A plan as people decide on it. Buttons disappear once they are spent."""

    run: Identifier
    title: str
    status: str
    plan_digest: Digest
    requester: str
    steps: tuple[CardStep, ...]
    blast_radius: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    untrusted: tuple[str, ...] = ()
    policy: str = ""
    policy_hash: str = ""
    quorum: int = 1
    decided: tuple[str, ...] = ()  # "Approved by Bob at 03:12 UTC"
    expires_at: Moment | None = None
    buttons: tuple[Button, ...] = ()
    summary: str = ""
    correlation: str = ""
    assurance: Assurance = Assurance.CHAT  # how sure an approval has to be
    break_glass: str = ""  # who went ahead alone, until when and why; empty: nobody
    state: str = ""  # who paused or cancelled it, when and why
    history: tuple[str, ...] = ()  # how it went before
    measured: tuple[str, ...] = ()  # its checks before and after
    charts: tuple[Chart, ...] = ()  # the same as pictures, with marks where steps ran


class Reply(Value):
    """What goes out: short sentences that cite evidence as [1], [2], …; charts, a card, buttons.

    `missing` names what could not be reached; `brain` says who understood the message, `understood` how, and
    `considered` what was thought of and not done.
    """

    id: Identifier
    thread: Identifier
    to: Identifier  # the message's id
    kind: str  # answer | clarify | plan | refusal | smalltalk | error
    text: str
    evidence: tuple[Evidence, ...] = ()
    charts: tuple[Chart, ...] = ()
    card: Card | None = None
    buttons: tuple[Button, ...] = ()
    missing: tuple[str, ...] = ()
    brain: str = "embedded"
    note: str = ""
    understood: Intent | None = None
    considered: tuple[str, ...] = ()
    correlation: Identifier
    at: Moment


class Exchange(Value):
    """A message and, once there is one, the reply to it."""

    message: Message
    reply: Reply | None = None


class Thread(Value):
    """A conversation as a list of them shows it: how it opened, and one person's part in it."""

    id: Identifier
    opening: str  # the first thing the person said
    opened_at: Moment
    last_at: Moment
    messages: int


class Submission(Value):
    """What came of submitting a plan: a run that waits or runs, or the reason there is none."""

    run: Run | None = None
    refusal: str = ""
    hint: str = ""
    code: str = ""
    policies: tuple[str, ...] = ()
