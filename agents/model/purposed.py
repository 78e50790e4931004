"""The router as one language model for one purpose: a prompt of ours, a text, and an answer in a form."""

from dataclasses import dataclass
from typing import Any

from agents.model.completion import Completion
from agents.model.fleet import Data, Need
from agents.model.question import Question, Said, Speaker
from agents.model.router import Router
from agents.prompts import prompt
from agents.waiting import waiting
from memory.model.value import Identifier


@dataclass(frozen=True)
class Purpose:
    """What is asked for, with which prompt, of which sort of model, about what data."""

    name: Identifier
    prompt: str
    need: Need
    data: Data


INTERPRETATION = Purpose("interpretation", "interpret", Need.CLASSIFY, Data.NAMES)
SUMMARY = Purpose("summary", "summarise", Need.WRITE, Data.EVIDENCE)
INVESTIGATION = Purpose("investigation", "investigate", Need.INVESTIGATE, Data.EVIDENCE)


class Purposed:
    """A `LanguageModel` behind which the router chooses."""

    def __init__(self, router: Router, purpose: Purpose) -> None:
        self._router = router
        self._purpose = purpose

    @property
    def name(self) -> str:
        """Return the model's name, or what stands for several."""
        return self._router.name

    async def complete(self, system: str, text: str, schema: dict[str, Any]) -> Completion:
        """Return what a model says in the schema's form; raises `ModelUnavailable`, or `ModelStopped`."""
        lines = (Said(speaker=Speaker.SYSTEM, text=system), Said(speaker=Speaker.PERSON, text=text))
        async with waiting().stop.heeded():
            return await self._router.ask(self._question(lines, schema))

    async def reused(self, name: str) -> None:
        """Count an answer that this model gave before and that was used again."""
        await self._router.reused(self._question((), None), name)

    def _question(self, lines: tuple[Said, ...], schema: dict[str, Any] | None) -> Question:
        return Question(
            purpose=self._purpose.name,
            need=self._purpose.need,
            data=self._purpose.data,
            prompt=prompt(self._purpose.prompt),
            lines=lines,
            schema_=schema,
        )
