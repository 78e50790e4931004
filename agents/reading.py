"""What reading a message came to: the intent, and every exchange with a language model on the way to it."""

from agents.prompts import Prompt
from memory.model.intent import Intent
from memory.model.model_call import Assignment
from memory.model.value import Identifier, Value


class ModelExchange(Value):
    """One question put to a language model. `code` is empty where what it said was taken for an answer.

    `prompt` and `output` are the whole texts as they may be kept; `output` is empty where nothing came back.
    `version` is that of the model, `template` which of our prompts it was made from.
    """

    purpose: Identifier
    model: str
    prompt: str
    output: str = ""
    code: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    provider: str = ""
    version: str = ""
    template: Prompt | None = None
    cached: bool = False
    assignment: Assignment | None = None


class Reading(Value):
    """How a message was understood, and what was asked of whom to understand it."""

    intent: Intent
    exchanges: tuple[ModelExchange, ...] = ()
