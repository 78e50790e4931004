"""Single lines, without a conversation: each becomes one JSON object that says what it means. Nothing is done."""

from agents.interpreter.interpreter import Interpreter
from memory.clock import Clock
from memory.model.intent import Intent
from memory.model.value import JsonValue


class Lines:
    """Reads lines one by one. A line that cannot be read is told of in its own object, and the rest goes on."""

    def __init__(self, interpreter: Interpreter, clock: Clock) -> None:
        self._interpreter = interpreter
        self._clock = clock

    def read(self, line: bytes) -> dict[str, JsonValue]:
        """Return what a line means.

        The keys are `text`, `kind` (tool, clarify, out_of_scope or smalltalk), `tool`, `arguments`, `confidence`
        and `alternatives`; for bytes that are no UTF-8 also `error`.
        """
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            found = f"expected UTF-8, found the byte 0x{line[error.start]:02x} at position {error.start}"
            problem: dict[str, JsonValue] = {"code": "input.encoding", "message": found}
            return meaning(line.decode("utf-8", errors="replace"), None) | {"error": problem}
        return meaning(text, self._interpreter.interpret(text, now=self._clock.now()))


def meaning(text: str, intent: Intent | None) -> dict[str, JsonValue]:
    """Return what a text means as one object, with the keys of `Lines.read`; None is what cannot be read."""
    alternatives = intent.alternatives if intent else ()
    return {
        "text": text,
        "kind": intent.kind.value if intent else "out_of_scope",
        "tool": (intent.tool or None) if intent else None,
        "arguments": intent.values() if intent else {},
        "confidence": round(intent.confidence, 4) if intent else 0.0,
        "alternatives": [{"tool": each.tool, "confidence": round(each.confidence, 4)} for each in alternatives],
    }
