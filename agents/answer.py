"""What a turn came to: what to say, what it rests on, and how it was understood. A surface-free value."""

from enum import StrEnum

from memory.model.evidence import Evidence
from memory.model.intent import Intent
from memory.model.plan import Call
from memory.model.run import Run
from memory.model.talk import Button, Chart
from memory.model.value import Value


class AnswerKind(StrEnum):
    """What sort of answer it is; the same words as `Reply.kind`."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    PLAN = "plan"
    REFUSAL = "refusal"
    SMALLTALK = "smalltalk"
    ERROR = "error"


class Answer(Value):
    """Short sentences that cite `evidence` as [1], [2], … in its order, and what goes with them.

    `text` holds our words and checked names only; what a source itself said stands in `Evidence.text`.
    `missing` names what could not be reached; `run` is the plan that was submitted, for its card; `suggestion` is
    the call on offer; `policies` are those that refused; `considered` tells what was thought of and not done.
    """

    kind: AnswerKind
    text: str
    intent: Intent
    evidence: tuple[Evidence, ...] = ()
    charts: tuple[Chart, ...] = ()
    buttons: tuple[Button, ...] = ()
    missing: tuple[str, ...] = ()
    run: Run | None = None
    suggestion: Call | None = None
    policies: tuple[str, ...] = ()
    considered: tuple[str, ...] = ()

    @property
    def brain(self) -> str:
        """Return who understood the message: "embedded" or a model's name."""
        return self.intent.brain

    @property
    def note(self) -> str:
        """Return what the person should know of how it was understood, such as why a model did not."""
        return self.intent.note
