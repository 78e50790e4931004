"""Where one language model answers, and the port of whoever asks one for an answer in a given form."""

import re
from typing import Any, Protocol

from pydantic import Field, SecretStr

from agents.model.chat import OpenAIChat
from agents.model.completion import Completion
from agents.model.fleet import Data, Model, Need, Provider, Size
from agents.model.question import Question, Said, Speaker
from agents.prompts import prompt
from memory.model.value import Value

ROOMY = 10**6  # tokens: whoever names one model is taken to know what it holds
_UNNAMEABLE = re.compile(r"[^A-Za-z0-9._:/@+-]+")


class ModelEndpoint(Value):
    """An OpenAI-compatible endpoint. `timeout_s` bounds one answer from first byte to last."""

    base_url: str
    model: str
    api_key: SecretStr = SecretStr("")
    timeout_s: float = Field(default=4.0, gt=0, le=120)

    def alone(self) -> tuple[Provider, Model]:
        """Return it as a provider and a model of a fleet of one."""
        provider = Provider(
            name="model", base_url=self.base_url, api_key=self.api_key, timeout_s=self.timeout_s, trust=100
        )
        name = _UNNAMEABLE.sub("-", self.model).lstrip("-._:/@+") or "model"
        return provider, Model(name=name, id=self.model, provider=provider.name, size=Size.LARGE, context=ROOMY)


class LanguageModel(Protocol):
    """Answers a prompt in a given form."""

    @property
    def name(self) -> str:
        """Return the model's name."""

    async def complete(self, system: str, text: str, schema: dict[str, Any]) -> Completion:
        """Return what the model says; raises `ModelUnavailable` when it does not, and says why in a few words."""


class OpenAIModel:
    """A model behind one endpoint, asked directly: no other takes its place."""

    def __init__(self, endpoint: ModelEndpoint) -> None:
        self._endpoint = endpoint
        self._chat = OpenAIChat(*endpoint.alone())

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._endpoint.model

    async def complete(self, system: str, text: str, schema: dict[str, Any]) -> Completion:
        """Return what the model says in the schema's form, as far as it keeps to it."""
        lines = (Said(speaker=Speaker.SYSTEM, text=system), Said(speaker=Speaker.PERSON, text=text))
        question = Question(
            purpose="interpretation",
            need=Need.CLASSIFY,
            data=Data.NAMES,
            prompt=prompt("interpret"),
            lines=lines,
            schema_=schema,
        )
        return await self._chat.answer(question, self._endpoint.timeout_s)

    async def load(self) -> None:
        """Load the client, which takes a second the first time in a process."""
        await self._chat.loaded()

    async def close(self) -> None:
        """Close the connections."""
        await self._chat.close()


__all__ = ["Completion", "LanguageModel", "ModelEndpoint", "OpenAIModel"]
