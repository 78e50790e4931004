"""Puts together what comes in pieces: text, a refusal, the tools that are asked for, and what it took.

Each piece is looked at once, however long the whole is. What is of another form raises what reading it raises.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agents.model.completion import ToolRequest, ToolText
from agents.model.failures import UNREADABLE
from memory.errors import ModelUnreachable, ModelUnreadable


@dataclass
class _Request:
    """A tool that is being asked for."""

    id: str = ""
    name: str = ""
    arguments: str = ""


class Gathering:
    """One answer that comes in pieces (`chat.completion.chunk` of OpenAI's protocol), or `whole` as one piece."""

    def __init__(self, *, whole: bool = False) -> None:
        self._whole = whole
        self.length = 0
        self.usage: Any = None
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._requests: dict[int, _Request] = {}
        self._ended = False
        self._any = False

    def take(self, chunk: Any) -> Iterator[str | ToolText]:
        """Take a piece in, and yield what it says."""
        self.usage = chunk.usage or self.usage
        for choice in chunk.choices[:1]:
            self._any = True
            delta = choice.message if self._whole else choice.delta
            self._ended = self._whole or self._ended or bool(choice.finish_reason)
            self._refusal.append(getattr(delta, "refusal", None) or "")
            if delta.content:
                self.length += len(delta.content)
                self._text.append(delta.content)
                yield delta.content
            for number, call in enumerate(delta.tool_calls or ()):
                index = getattr(call, "index", None)
                yield from self._called(number if index is None else index, call)

    def _called(self, index: int, call: Any) -> Iterator[ToolText]:
        request = self._requests.setdefault(index, _Request())
        request.id = request.id or call.id or ""
        told = call.function
        if told is None:
            return
        request.name += told.name or ""
        if told.arguments:
            self.length += len(told.arguments)
            request.arguments += told.arguments
            yield ToolText(number=index, tool=request.name, text=told.arguments)

    def text(self) -> str:
        """Return all that was said; raises `ModelUnreachable` where it broke off, which looks like a short one."""
        if not self._any:
            raise ModelUnreadable(UNREADABLE)
        if not self._ended:
            raise ModelUnreachable("broke off in the middle")
        return "".join(self._text)

    def refusal(self) -> str:
        """Return why it would not say."""
        return "".join(self._refusal)

    def requests(self) -> tuple[ToolRequest, ...]:
        """Return the tools that were asked for; raises `ModelUnreadable`."""
        return tuple(_request(number, each) for number, each in sorted(self._requests.items()))


def _request(number: int, request: _Request) -> ToolRequest:
    try:
        arguments = json.loads(request.arguments or "{}")
        return ToolRequest(id=request.id or f"call_{number}", name=request.name, arguments=arguments)
    except (ValueError, TypeError, RecursionError) as error:
        raise ModelUnreadable("asked for a tool in a form that cannot be read") from error
