"""One exchange with one model through `langchain-openai`: whole, or piece by piece as it is said.

Whatever a provider does comes out as a `Completion` or as one error of ours, within the time it is given. The
client never retries; its library is loaded at the first use.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Protocol

from pydantic import SecretStr

from agents.model.completion import Completion, ToolRequest
from agents.model.failures import UNREADABLE, answered_with
from agents.model.fleet import Model, Provider, Runtime
from agents.model.question import Question, Said, Speaker
from memory.errors import ModelTimedOut, ModelUnavailable, ModelUnreachable, ModelUnreadable

MOST_TOKENS = 10**9
LONGEST_OUTPUT = 400_000  # characters; more is no answer
_NO_KEY = SecretStr("none")  # or the client would take one from the environment and send it there
_OF_OPENAI = frozenset({Runtime.OPENAI, Runtime.AZURE})
_CHOICES = {"auto": "auto", "any": "required", "none": "none"}


class Chat(Protocol):
    """Exchanges with one model."""

    async def answer(self, question: Question, timeout_s: float) -> Completion:
        """Return what it says; raises `ModelUnavailable`, the kind of it that fits."""

    def stream(self, question: Question, timeout_s: float) -> AsyncGenerator[str | Completion]:
        """Yield the pieces of what it says, and at last the whole. Nothing is read ahead of whoever takes them."""

    async def close(self) -> None:
        """Close the connections."""


class OpenAIChat:
    """A model behind an endpoint that speaks OpenAI's protocol."""

    def __init__(self, provider: Provider, model: Model) -> None:
        self._provider = provider
        self._model = model
        self._client: Any = None
        self._loading = asyncio.Lock()

    async def answer(self, question: Question, timeout_s: float) -> Completion:
        """Return what the model says."""
        client = await self.loaded()
        lines, asked = _messages(question.lines), self._asked(question)
        try:
            async with asyncio.timeout(timeout_s):
                said = await client.ainvoke(lines, **asked)
        except Exception as error:
            raise _translated(error, timeout_s) from error
        return self._completion(said)

    async def stream(self, question: Question, timeout_s: float) -> AsyncGenerator[str | Completion]:
        """Yield what the model says as it says it. Closing the generator ends the request."""
        client = await self.loaded()
        clock = asyncio.get_running_loop().time
        began = clock()
        pieces = client.astream(_messages(question.lines), stream_usage=True, **self._asked(question))
        whole, first, length = None, None, 0
        async with aclosing(pieces):
            async for piece in _within(pieces, began + timeout_s, timeout_s):
                whole = piece if whole is None else whole + piece
                text = piece.text if isinstance(piece.text, str) else ""
                length += len(text)
                if length > LONGEST_OUTPUT:
                    raise ModelUnreadable("said far more than was asked for")
                if text:
                    first = clock() - began if first is None else first
                    yield text
        if whole is None:
            raise ModelUnreadable(UNREADABLE)
        if not whole.response_metadata.get("finish_reason"):  # a broken connection looks like a short answer
            raise ModelUnreachable("broke off in the middle")
        yield self._completion(whole).model_copy(update={"first_token_s": first})

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.root_async_client.close()

    async def loaded(self) -> Any:
        """Load the client, once; takes a second the first time in a process."""
        if self._client is None:
            async with self._loading:
                if self._client is None:
                    self._client = await asyncio.to_thread(_client, self._provider, self._model)
        return self._client

    def _asked(self, question: Question) -> dict[str, Any]:
        """Return what is asked besides the lines, as it stands in the request.

        It goes past the client's own arguments, which walks through every schema each time: 10 ms of a turn.
        """
        newer = self._provider.runtime in _OF_OPENAI
        asked: dict[str, Any] = {"max_completion_tokens" if newer else "max_tokens": question.most_tokens}
        if question.schema_ is not None and self._model.json_schema:
            form = {"name": "reading", "strict": True, "schema": question.schema_}
            asked["response_format"] = {"type": "json_schema", "json_schema": form}
        if question.tools:
            asked["tools"] = [
                {
                    "type": "function",
                    "function": {"name": t.name, "description": t.description, "parameters": t.parameters},
                }
                for t in question.tools
            ]
            named = {"type": "function", "function": {"name": question.choice}}
            asked["tool_choice"] = _CHOICES.get(question.choice, named)
        return {"extra_body": asked}

    def _completion(self, said: Any) -> Completion:
        """Return the parts of an `AIMessage` that matter; raises `ModelUnreadable` where they are not those."""
        if said.invalid_tool_calls:
            raise ModelUnreadable("asked for a tool in a form that cannot be read")
        try:
            requests = tuple(
                ToolRequest(id=str(call["id"] or f"call_{number}"), name=call["name"], arguments=call["args"])
                for number, call in enumerate(said.tool_calls)
            )
        except (ValueError, TypeError, KeyError) as error:
            raise ModelUnreadable(UNREADABLE) from error
        usage = said.usage_metadata or {}
        text = said.text if isinstance(said.text, str) else ""
        return Completion(
            text=text[:LONGEST_OUTPUT],
            called=requests[0].arguments if requests else None,
            refusal=str(said.additional_kwargs.get("refusal") or ""),
            requests=requests,
            input_tokens=_count(usage.get("input_tokens")),
            output_tokens=_count(usage.get("output_tokens")),
            cached_tokens=_count((usage.get("input_token_details") or {}).get("cache_read")),
            model=self._model.name,
            provider=self._provider.name,
            version=self._model.version,
        )


async def _within(pieces: AsyncIterator[Any], until: float, timeout_s: float) -> AsyncIterator[Any]:
    """Yield the pieces as long as they come before `until`."""
    while True:
        try:
            async with asyncio.timeout_at(until):
                piece = await anext(pieces, None)
        except Exception as error:
            raise _translated(error, timeout_s) from error
        if piece is None:
            return
        yield piece


def _translated(error: Exception, timeout_s: float) -> ModelUnavailable:
    """Return our error for a client's; raises what is none of theirs."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError

    if isinstance(error, TimeoutError | APITimeoutError):
        return ModelTimedOut(f"did not answer in {timeout_s:g} s")
    if isinstance(error, APIConnectionError):
        return ModelUnreachable("could not be reached")
    if isinstance(error, APIStatusError):
        return answered_with(error.status_code, error.response.headers)
    # A server that keeps to no form breaks the client in as many ways; all of them are nonsense.
    if isinstance(error, OpenAIError | ValueError | TypeError | KeyError | AttributeError | RecursionError):
        return ModelUnreadable(UNREADABLE)
    if type(error).__module__.partition(".")[0] in {"httpx", "httpcore"}:  # raised while a stream is read
        return ModelUnreachable("could not be reached")
    raise error


def _messages(lines: tuple[Said, ...]) -> list[Any]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

    def message(line: Said) -> Any:
        match line.speaker:
            case Speaker.SYSTEM:
                return SystemMessage(line.text)
            case Speaker.PERSON:
                return HumanMessage(line.text)
            case Speaker.TOOL:
                return ToolMessage(line.text, tool_call_id=line.to)
            case Speaker.MODEL:
                calls = [{"id": r.id, "name": r.name, "args": r.arguments} for r in line.requests]
                return AIMessage(line.text, tool_calls=calls)

    return [message(line) for line in lines]


def _client(provider: Provider, model: Model) -> Any:
    from langchain_openai import AzureChatOpenAI, ChatOpenAI

    usual: dict[str, Any] = {
        "api_key": provider.api_key if provider.api_key.get_secret_value() else _NO_KEY,
        "temperature": 0,
        "timeout": provider.timeout_s,
        "max_retries": 0,
        "use_responses_api": False,
    }
    if provider.runtime is Runtime.AZURE:
        return AzureChatOpenAI(
            azure_endpoint=provider.base_url,
            azure_deployment=model.served_as,
            api_version=provider.api_version,
            **usual,
        )
    return ChatOpenAI(base_url=provider.base_url, model=model.served_as, **usual)


def _count(said: Any) -> int | None:
    """Return a number of tokens, None for what a server gives in its place."""
    return said if isinstance(said, int) and 0 <= said <= MOST_TOKENS else None
