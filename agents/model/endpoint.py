"""Where a language model answers, and one exchange with it through `langchain-openai`."""

import asyncio
import json
from typing import Any, Protocol

from pydantic import Field, SecretStr

from memory.errors import ModelUnavailable
from memory.model.value import JsonValue, Value

MOST_TOKENS = 10**9
_NO_KEY = SecretStr("none")  # or the client would take one from the environment and send it there


class ModelEndpoint(Value):
    """An OpenAI-compatible endpoint. `timeout_s` bounds one answer from first byte to last."""

    base_url: str
    model: str
    api_key: SecretStr = SecretStr("")
    timeout_s: float = Field(default=4.0, gt=0, le=120)


class Completion(Value):
    """What a model said: its text, or the arguments of the first tool it would call, and the tokens it took."""

    text: str = ""
    called: dict[str, JsonValue] | None = None
    refusal: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None

    def said(self) -> str:
        """Return everything that came back, as one text."""
        called = "" if self.called is None else json.dumps(self.called, ensure_ascii=False)
        return "\n".join(part for part in (self.refusal, self.text, called) if part)


class LanguageModel(Protocol):
    """Answers a prompt in a given form."""

    @property
    def name(self) -> str:
        """Return the model's name."""

    async def complete(self, system: str, text: str, schema: dict[str, Any]) -> Completion:
        """Return what the model says; raises `ModelUnavailable` when it does not, and says why in a few words."""


class OpenAIModel:
    """A model behind an endpoint. Its client is loaded at the first use, and never retries."""

    def __init__(self, endpoint: ModelEndpoint) -> None:
        self._endpoint = endpoint
        self._client: Any = None
        self._loading = asyncio.Lock()

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._endpoint.model

    async def complete(self, system: str, text: str, schema: dict[str, Any]) -> Completion:
        """Return what the model says in the schema's form, as far as it keeps to it."""
        client = await self._loaded()
        from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError

        form = {"type": "json_schema", "json_schema": {"name": "reading", "strict": True, "schema": schema}}
        try:
            async with asyncio.timeout(self._endpoint.timeout_s):
                said = await client.ainvoke([("system", system), ("human", text)], response_format=form)
        except (TimeoutError, APITimeoutError) as error:
            raise ModelUnavailable(f"did not answer in {self._endpoint.timeout_s:g} s") from error
        except APIConnectionError as error:
            raise ModelUnavailable("could not be reached") from error
        except APIStatusError as error:
            raise ModelUnavailable(f"answered with an error ({error.status_code})") from error
        except (OpenAIError, ValueError, TypeError, KeyError, AttributeError) as error:
            # A server that keeps to no form breaks the client in as many ways; all of them are nonsense.
            raise ModelUnavailable("answered in a form that cannot be read") from error
        return _completion(said)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.root_async_client.close()

    async def _loaded(self) -> Any:
        async with self._loading:
            if self._client is None:
                self._client = await asyncio.to_thread(_client, self._endpoint)
            return self._client


def _client(endpoint: ModelEndpoint) -> Any:
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(
        base_url=endpoint.base_url,
        model=endpoint.model,
        api_key=endpoint.api_key if endpoint.api_key.get_secret_value() else _NO_KEY,
        temperature=0,
        timeout=endpoint.timeout_s,
        max_retries=0,
        use_responses_api=False,
    )


def _completion(said: Any) -> Completion:
    """Return the parts of an `AIMessage` that matter."""
    calls, usage = said.tool_calls, said.usage_metadata or {}
    return Completion(
        text=said.text if isinstance(said.text, str) else "",
        called=calls[0]["args"] if calls else None,
        refusal=str(said.additional_kwargs.get("refusal") or ""),
        input_tokens=_count(usage.get("input_tokens")),
        output_tokens=_count(usage.get("output_tokens")),
    )


def _count(said: Any) -> int | None:
    """Return a number of tokens, None for what a server gives in its place."""
    return said if isinstance(said, int) and 0 <= said <= MOST_TOKENS else None
