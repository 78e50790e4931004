"""What a model said, in the words of no provider."""

import json

from memory.model.model_call import Assignment
from memory.model.value import JsonValue, Value


class ToolRequest(Value):
    """A tool that a model would use, with its arguments as it gave them. `id` is the model's own."""

    id: str
    name: str
    arguments: dict[str, JsonValue]

    def said(self) -> str:
        """Return it as one line."""
        return f"{self.name}({json.dumps(self.arguments, ensure_ascii=False)})"


class ToolText(Value):
    """A piece of the arguments of the tool that a model asks for, as it comes: no document of its own."""

    number: int
    tool: str
    text: str


class Item(Value):
    """One whole element of the first list among the arguments of a tool, while the rest still comes."""

    tool: str
    value: JsonValue


class Begins(Value):
    """A model begins to answer: what another said until now counts no more."""

    model: str


class Attempt(Value):
    """A model that was asked and did not answer, or was not even asked: `code` and `why` say so.

    `shown` is what it was shown as it may be kept, without what is hidden.
    """

    model: str
    provider: str
    version: str = ""
    code: str
    why: str
    asked: bool = True
    shown: str = ""
    said: str = ""


class Completion(Value):
    """What a model said: its text, or the arguments of the first tool it would call, and the tokens it took.

    `model` is who answered, empty where that is the only one there is. `cached_tokens` are among `input_tokens`.
    `shown` and `recorded` are what it was shown and what it said as they may be kept, without what is hidden.
    """

    text: str = ""
    called: dict[str, JsonValue] | None = None
    refusal: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    requests: tuple[ToolRequest, ...] = ()
    model: str = ""
    provider: str = ""
    version: str = ""
    first_token_s: float | None = None
    shown: str = ""
    recorded: str = ""
    tried: tuple[Attempt, ...] = ()  # the models before this one
    assignment: Assignment | None = None

    def said(self) -> str:
        """Return everything that came back, as one text."""
        called = "" if self.called is None else json.dumps(self.called, ensure_ascii=False)
        requests = [request.said() for request in self.requests] if self.called is None else []
        return "\n".join(part for part in (self.refusal, self.text, called, *requests) if part)

    def tokens(self) -> int:
        """Return how many tokens it took, as far as that was said."""
        return (self.input_tokens or 0) + (self.output_tokens or 0)
