"""What is told of a turn: the message, what was remembered, asked of a model, understood, seen and answered."""

from pydantic import Field

from memory.model.bodies.kinds import Body, EntryKind, Reference, Ruling, Sealed
from memory.model.intent import IntentKind, Provenance
from memory.model.people import Surface
from memory.model.value import Digest, Identifier


class MessageReceived(Body):
    """A message came in."""

    kind = EntryKind.MESSAGE
    message: Identifier
    thread: Identifier
    surface: Surface
    text: Digest | None = None

    def subject(self) -> Reference:
        """Return the message."""
        return f"message:{self.message}"


class Recalled(Body):
    """What was remembered for a turn."""

    kind = EntryKind.RECALL
    message: Identifier
    source: Identifier  # "thread", "memory"
    items: int
    content: Digest | None = None

    def subject(self) -> Reference:
        """Return this recollection."""
        return f"recall:{self.message}/{self.source}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the message."""
        return (f"message:{self.message}",)


class ModelCalled(Body):
    """A language model was asked. `code` is empty where it answered."""

    kind = EntryKind.MODEL
    version = 2
    message: Identifier
    number: int  # of the calls of this turn, from 1
    purpose: Identifier  # "interpretation", "summary", …
    model: str = Field(max_length=120)
    prompt: Digest | None = None
    output: Digest | None = None
    code: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    recalled: tuple[Identifier, ...] = ()
    provider: Identifier | None = None
    model_version: str = Field(default="", max_length=60)
    template: Identifier | None = None  # which of our prompts, and its digest as a file
    template_version: int | None = None
    template_digest: Digest | None = None
    cached: bool = False  # an earlier answer to the same question was used again, and nobody was asked
    arm: Identifier | None = None  # of an experiment: EXPERIMENT/ARM

    def subject(self) -> Reference:
        """Return this call."""
        return f"model:{self.message}/{self.number}"

    def causes(self) -> tuple[Reference, ...]:
        """Return what the model was shown."""
        return (f"message:{self.message}", *(f"recall:{self.message}/{source}" for source in self.recalled))


class Interpreted(Body):
    """How a message was understood: names and origins."""

    kind = EntryKind.INTERPRETATION
    message: Identifier
    meant: IntentKind
    tool: str = Field(default="", max_length=120)
    brain: str = Field(max_length=120)
    confidence: float
    provenance: dict[str, Provenance] = Field(default_factory=dict)
    content: Digest | None = None
    model_calls: tuple[int, ...] = ()
    recalled: tuple[Identifier, ...] = ()

    def subject(self) -> Reference:
        """Return the understanding of this message."""
        return f"interpretation:{self.message}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the message, what was remembered, and the model calls."""
        return (
            f"message:{self.message}",
            *(f"recall:{self.message}/{source}" for source in self.recalled),
            *(f"model:{self.message}/{number}" for number in self.model_calls),
        )


class Observed(Body):
    """Something was looked at, and what policy said of looking."""

    kind = EntryKind.EVIDENCE
    message: Identifier
    tool: Identifier
    call_digest: Digest
    decision: Ruling
    policies: tuple[str, ...]
    policy_hash: Digest
    ok: bool
    code: str = ""
    evidence: tuple[Sealed, ...] = ()

    def subject(self) -> Reference:
        """Return this look."""
        return f"observation:{self.message}/{self.call_digest[:16]}"

    def causes(self) -> tuple[Reference, ...]:
        """Return how the message was understood."""
        return (f"interpretation:{self.message}",)


class Answered(Body):
    """A reply went out."""

    kind = EntryKind.REPLY
    message: Identifier
    reply: Identifier
    answer: Identifier  # "answer", "plan", "error", …
    text: Digest | None = None
    evidence: tuple[Identifier, ...] = ()
    run: Identifier | None = None

    def subject(self) -> Reference:
        """Return the reply."""
        return f"reply:{self.reply}"

    def causes(self) -> tuple[Reference, ...]:
        """Return how the message was understood, and the run that the reply shows."""
        return (f"interpretation:{self.message}", *((f"run:{self.run}",) if self.run else ()))


class SignedIn(Body):
    """A person came in."""

    kind = EntryKind.SIGN_IN
    sign_in: Identifier
    how: Identifier

    def subject(self) -> Reference:
        """Return this sign-in."""
        return f"sign_in:{self.sign_in}"


class Denied(Body):
    """Policy, or a rule of the house, said no: to a call, a plan, an approval, or a person at the door."""

    kind = EntryKind.DENIAL
    denial: Identifier
    code: str = Field(max_length=60)
    tool: str = Field(default="", max_length=120)
    decision: Ruling = "deny"
    subject_digest: Digest | None = None
    policies: tuple[str, ...] = ()
    policy_hash: Digest | None = None
    message: Identifier | None = None
    run: Identifier | None = None
    times: int = 1  # how often since the entry before, where somebody keeps trying

    def subject(self) -> Reference:
        """Return this denial."""
        return f"denial:{self.denial}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the run or the message it was said to."""
        if self.run is not None:
            return (f"run:{self.run}",)
        return (f"message:{self.message}",) if self.message is not None else ()
