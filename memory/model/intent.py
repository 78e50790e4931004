"""What the words meant: a goal, typed arguments, and where each argument came from."""

from enum import StrEnum

from pydantic import Field

from memory.model.value import JsonValue, Value


class Provenance(StrEnum):
    """Where a value came from, from most to least trusted."""

    SAID = "said"  # in the person's own words of this message
    CONVERSATION = "conversation"  # in an earlier turn of the same person
    CATALOGUE = "catalogue"  # the only value the catalogue allows
    RUNBOOK = "runbook"  # written in a reviewed runbook
    DEFAULT = "default"  # the tool's documented default
    MODEL = "model"  # a language model's choice
    UNTRUSTED = "untrusted"  # text of an alert, a log, a page, a tool

    def later(self) -> "Provenance":
        """Return where a value comes from that is taken up again in a later turn.

        Being remembered vouches for nothing: what nobody said themselves stays what it was.
        """
        return self if self in {Provenance.MODEL, Provenance.UNTRUSTED} else Provenance.CONVERSATION


class Argument(Value):
    """One typed argument of an intent: its value, where it came from, and the words it was read from."""

    value: JsonValue
    provenance: Provenance
    quote: str = ""


class IntentKind(StrEnum):
    """What to do with a message."""

    TOOL = "tool"
    CLARIFY = "clarify"
    OUT_OF_SCOPE = "out_of_scope"
    SMALLTALK = "smalltalk"


class Alternative(Value):
    """A tool that was considered and not chosen, with its score between 0 and 1."""

    tool: str
    confidence: float


class Choice(Value):
    """One possible answer to a clarifying question. `says` is what choosing it means, in words."""

    label: str
    says: str


class Intent(Value):
    """What a message meant. For `clarify`, `question` and `choices` are what to ask back.

    `missing` names the argument the question is about, empty when the question is about the tool itself.
    """

    text: str
    kind: IntentKind
    tool: str = ""
    arguments: dict[str, Argument] = Field(default_factory=dict)
    confidence: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    question: str = ""
    choices: tuple[Choice, ...] = ()
    missing: str = ""
    reply: str = ""  # small talk and out-of-scope: what to say
    brain: str = "embedded"  # who understood it: "embedded" or a model's name
    note: str = ""  # said to the person, such as why the model did not answer

    def values(self) -> dict[str, JsonValue]:
        """Return the arguments' values alone, by name."""
        return {name: argument.value for name, argument in self.arguments.items()}
