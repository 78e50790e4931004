"""What the conversation is about, as a value that the graph keeps between turns. Pure.

It holds only what this person's earlier messages meant. It never holds text of alerts, logs or tools.
"""

from collections.abc import Mapping
from typing import Self

from pydantic import Field

from memory.model.intent import Argument, Choice, Intent, IntentKind
from memory.model.value import Value

ABOUT_THE_TALK = "turn."


class Pending(Value):
    """A question that was asked back: which argument of which tool it is about, and what is known so far."""

    tool: str
    missing: str
    arguments: dict[str, Argument] = Field(default_factory=dict)
    choices: tuple[Choice, ...] = ()


class Suggestion(Value):
    """A call that was offered and not yet taken up."""

    tool: str
    arguments: dict[str, Argument] = Field(default_factory=dict)


class Focus(Value):
    """What "it", "there", "and yesterday?" and "staging" can mean now.

    `tool` and `arguments` are the last call that was understood; `about` holds the last value of every argument
    that was said since the service last changed.
    """

    tool: str = ""
    arguments: dict[str, Argument] = Field(default_factory=dict)
    about: dict[str, Argument] = Field(default_factory=dict)
    pending: Pending | None = None
    suggestion: Suggestion | None = None

    def after(self, intent: Intent) -> Self:
        """Return the focus once `intent` has been answered.

        Small talk and what is out of scope change nothing; a question asked back becomes pending; any other call
        closes it.
        """
        if intent.kind is IntentKind.CLARIFY:
            return self._asked(intent)
        if intent.kind is not IntentKind.TOOL:
            return self
        if intent.tool.startswith(ABOUT_THE_TALK):
            kept = None if intent.tool == "turn.dismiss" else self.suggestion
            return self.model_copy(update={"pending": None, "suggestion": kept})
        return self.model_copy(
            update={
                "tool": intent.tool,
                "arguments": intent.arguments,
                "about": self._about(intent.arguments),
                "pending": None,
            }
        )

    def suggesting(self, tool: str, arguments: Mapping[str, Argument]) -> Self:
        """Return the focus with a call on offer, which "do it" takes up."""
        return self.model_copy(update={"suggestion": Suggestion(tool=tool, arguments=dict(arguments))})

    def recalled(self, name: str) -> Argument | None:
        """Return the last value of an argument, marked as coming from the conversation or from worse, or None."""
        held = self.about.get(name)
        return held and held.model_copy(update={"provenance": held.provenance.later()})

    def _asked(self, intent: Intent) -> Self:
        if not intent.tool:
            return self.model_copy(update={"pending": None})
        pending = Pending(
            tool=intent.tool, missing=intent.missing, arguments=intent.arguments, choices=intent.choices
        )
        return self.model_copy(update={"about": self._about(intent.arguments), "pending": pending})

    def _about(self, arguments: dict[str, Argument]) -> dict[str, Argument]:
        said = arguments.get("service")
        before = self.about.get("service")
        changed = said is not None and before is not None and said.value != before.value
        return dict(arguments) if changed else {**self.about, **arguments}
