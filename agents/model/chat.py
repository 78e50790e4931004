"""One exchange with one model through `langchain-openai`: whole, or piece by piece as it is said.

Whatever a provider does comes out as a `Completion` or as one error of ours, within the time it is given. The
client never retries; its library is loaded at the first use.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Protocol

from pydantic import SecretStr

from agents.model.completion import Completion, ToolText
from agents.model.failures import UNREADABLE, answered_with
from agents.model.fleet import Model, Provider, Runtime
from agents.model.gathering import Gathering
from agents.model.question import Question
from agents.model.sending import asked, messages
from memory.errors import ModelRejected, ModelTimedOut, ModelUnavailable, ModelUnreachable, ModelUnreadable

MOST_TOKENS = 10**9
LONGEST_OUTPUT = 200_000  # characters; more is no answer, nor looked through for secrets
_WIRE = frozenset({"httpx", "httpx2", "httpcore", "httpcore2"})  # what the client speaks with, by its version
_MISFITS = (AttributeError, TypeError, ValueError, KeyError, RecursionError)  # what reading another form raises
_NO_KEY = SecretStr("none")  # or the client would take one from the environment and send it there


class Chat(Protocol):
    """Exchanges with one model."""

    async def answer(self, question: Question, timeout_s: float) -> Completion:
        """Return what it says; raises `ModelUnavailable`, the kind of it that fits."""

    def stream(self, question: Question, timeout_s: float) -> AsyncGenerator[str | ToolText | Completion]:
        """Yield the pieces of what it says, and at last the whole. Nothing is read ahead of whoever takes them."""

    async def close(self) -> None:
        """Close the connections."""


class OpenAIChat:
    """A model behind an endpoint that speaks OpenAI's protocol."""

    def __init__(self, provider: Provider, model: Model) -> None:
        self._provider = provider
        self._model = model
        self._client: Any = None
        self._streams = True
        self._loading = asyncio.Lock()

    async def answer(self, question: Question, timeout_s: float) -> Completion:
        """Return what the model says."""
        client = await self.loaded()
        try:
            async with asyncio.timeout(timeout_s):
                said = await self._sent(client, question)
        except Exception as error:
            raise _translated(error, timeout_s) from error
        gathered = Gathering(whole=True)
        _taken(gathered, said)
        return self._completion(gathered)

    async def stream(self, question: Question, timeout_s: float) -> AsyncGenerator[str | ToolText | Completion]:
        """Yield what the model says as it says it. Closing the generator ends the request.

        A server to which a stream is a wrong request, and the whole a right one, is asked for that alone since.
        """
        clock = asyncio.get_running_loop().time
        began, first, gathered = clock(), None, Gathering()
        stream = await self._opened(question, timeout_s) if self._streams else None
        if stream is None:
            said = await self.answer(question, max(0.0, began + timeout_s - clock()))
            self._streams = False
            yield said
            return
        async with stream:
            async for chunk in _within(stream, began + timeout_s, timeout_s):
                for piece in _taken(gathered, chunk):
                    first = clock() - began if first is None else first
                    yield piece
                if gathered.length > LONGEST_OUTPUT:
                    raise ModelUnreadable("said far more than was asked for")
        yield self._completion(gathered).model_copy(update={"first_token_s": first})

    async def _opened(self, question: Question, timeout_s: float) -> Any:
        """Return a stream, None where the server takes the request for wrong."""
        client = await self.loaded()
        try:
            async with asyncio.timeout(timeout_s):
                return await self._sent(client, question, stream=True, stream_options={"include_usage": True})
        except Exception as error:
            why = _translated(error, timeout_s)
            if type(why) is ModelRejected:
                return None
            raise why from error

    async def _sent(self, client: Any, question: Question, **how: Any) -> Any:
        """Send a request by the library's own client, past its message classes.

        Those lose a refusal in a stream, join pieces in the square of their number, and take 3 ms of a turn. Given
        as they go out, messages are not held against every form that one could have, which takes 0.3 ms more.
        """
        lines = {"messages": messages(question, self._model)}
        return await client.root_async_client.chat.completions.create(
            model=self._model.served_as,
            messages=(),
            temperature=0,
            extra_body=lines | asked(question, self._provider, self._model),
            **how,
        )

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

    def _completion(self, said: Gathering) -> Completion:
        """Return what came as a whole; raises `ModelUnreadable`, or `ModelUnreachable` where it broke off."""
        try:
            return self._whole(said)
        except _MISFITS as error:
            raise ModelUnreadable(UNREADABLE) from error

    def _whole(self, said: Gathering) -> Completion:
        text, usage, requests = said.text(), said.usage, said.requests()
        details = getattr(usage, "prompt_tokens_details", None)
        return Completion(
            text=text[:LONGEST_OUTPUT],
            called=requests[0].arguments if requests else None,
            refusal=said.refusal(),
            requests=requests,
            input_tokens=_count(getattr(usage, "prompt_tokens", None)),
            output_tokens=_count(getattr(usage, "completion_tokens", None)),
            cached_tokens=_count(getattr(details, "cached_tokens", None)),
            model=self._model.name,
            provider=self._provider.name,
            version=self._model.version,
        )


def _taken(gathered: Gathering, chunk: Any) -> list[str | ToolText]:
    try:
        return list(gathered.take(chunk))
    except _MISFITS as error:
        raise ModelUnreadable(UNREADABLE) from error


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
    if isinstance(error, (OpenAIError, *_MISFITS)):
        return ModelUnreadable(UNREADABLE)
    if type(error).__module__.partition(".")[0] in _WIRE:  # raised while a stream is read
        return ModelUnreachable("could not be reached")
    raise error


def _client(provider: Provider, model: Model) -> Any:
    from langchain_openai import AzureChatOpenAI, ChatOpenAI
    from openai import DefaultAsyncHttpxClient

    # The library's own is shared by whoever names the same address: one who closes it would close theirs. A prompt
    # goes where rules let it go, and nowhere a server redirects it to.
    own = DefaultAsyncHttpxClient(timeout=provider.timeout_s, follow_redirects=False)
    usual: dict[str, Any] = {
        "http_async_client": own,
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
