"""Understanding by a language model, with the embedded interpreter beside it: to fall back on, and to check it.

Both read every message, at the same time. A reading of the model that does not hold is asked for once more; when
it hangs, refuses, errs or still talks nonsense, the embedded reading stands and the person is told. A change that
the model alone reads out of the words is asked back before anything is proposed.
"""

import asyncio
from datetime import datetime

from agents.interpreter.focus import Focus
from agents.interpreter.sentences import sentence
from agents.model.claim import Examiner, claimed
from agents.model.completion import Completion
from agents.model.endpoint import LanguageModel
from agents.model.exchanges import answered, failed, told
from agents.model.prompt import instructions, listed, repair, schema
from agents.model.remembered import ReadingCache
from agents.model.router import Breaker
from agents.ports import Understanding
from agents.prompts import prompt
from agents.quarantine import pasted, spotlighted
from agents.reading import ModelExchange, Reading
from agents.units import moment
from agents.untrusted import MATERIAL
from memory.clock import Clock
from memory.errors import ModelOverBudget, ModelStopped, ModelUnavailable, ModelUnreadable
from memory.model.catalogue import Catalogue
from memory.model.intent import Choice, Intent, IntentKind
from memory.model.plan import Effect
from memory.tasks import stopped
from tools.contract import Capability

LONGEST_TEXT = 4000  # characters of a message that the model is shown
_PURPOSE = "interpretation"

__all__ = ["Breaker", "ModelUnderstanding"]


class ModelUnderstanding:
    """Asks the model, checks what it says, and falls back within the turn."""

    def __init__(  # the ports of reading
        self,
        model: LanguageModel,
        embedded: Understanding,
        *,
        breaker: Breaker,
        clock: Clock,
        catalogue: Catalogue,
        capabilities: tuple[Capability, ...],
        cache: ReadingCache | None = None,
    ) -> None:
        self._model = model
        self._embedded = embedded
        self._breaker = breaker
        self._clock = clock
        self._catalogue = catalogue
        self._capabilities = {capability.name: capability for capability in capabilities}
        self._schema = schema(capabilities)
        self._tools = listed(capabilities)
        self._examiner = Examiner(self._capabilities, catalogue)
        self._cache = cache

    async def interpret(self, text: str, focus: Focus) -> Reading:
        """Return the model's reading where it holds, the embedded one otherwise, with a note that says why."""
        embedded = asyncio.create_task(self._alone(text, focus))
        await asyncio.sleep(0)  # its thread begins before ours is busy with the model
        try:
            known = await self._remembered(text, focus, embedded)
            if known is not None:
                return known
            until = self._breaker.open_until()
            if until is not None:
                when = moment(until, self._clock.now())
                why = f"failed several times and is left alone until {when}"
                return Reading(intent=_instead(await embedded, why))
            return await self._asked(text, focus, embedded)
        finally:
            await stopped(embedded)

    async def _alone(self, text: str, focus: Focus) -> Intent:
        return (await self._embedded.interpret(text, focus)).intent

    async def _asked(self, text: str, focus: Focus, reading: asyncio.Task[Intent]) -> Reading:
        """Ask the model, once more where its reading does not hold; `reading` is the embedded one, under way."""
        system = instructions(self._tools, self._catalogue, focus, self._clock.now())
        asked = spotlighted(text[:LONGEST_TEXT])
        system = f"{system}\n{MATERIAL}" if pasted(text) else system
        told_it, exchanges = system, tuple[ModelExchange, ...]()
        for last in (False, True):
            said, shown = Completion(), f"{told_it}\n\n{asked}"
            try:
                said = await self._model.complete(told_it, asked, self._schema)
                name = said.model or self._model.name
                found = self._examiner.intent(claimed(said), text, focus, await reading, name)
            except ModelUnavailable as error:
                exchanges += self._failed(shown, said, error)
                if last or not isinstance(error, ModelUnreadable) or not said.said():
                    if not isinstance(error, ModelStopped | ModelOverBudget):
                        self._breaker.failed(error)
                    return Reading(intent=_instead(await reading, error.message), exchanges=exchanges)
                told_it = system + repair(error, said)
                continue
            break
        self._breaker.succeeded()
        embedded = await reading
        if self._cache is not None and self._repeatable(found, focus):
            await self._cache.keep(text, focus, embedded, said)
        exchanges += answered(_PURPOSE, prompt("interpret"), shown, said, self._model.name)
        intent = found.model_copy(update={"note": told(said.tried, found.brain)})
        return Reading(intent=self._confirmed(intent, embedded), exchanges=exchanges)

    def _failed(self, shown: str, said: Completion, error: ModelUnavailable) -> tuple[ModelExchange, ...]:
        template, name = prompt("interpret"), self._model.name
        if error.tried is not None:
            return failed(_PURPOSE, template, shown, error.tried)
        return answered(_PURPOSE, template, shown, said, name, code=error.code)

    async def _remembered(self, text: str, focus: Focus, reading: asyncio.Task[Intent]) -> Reading | None:
        """Return a reading that was made of the same words before, checked anew; None where there is none."""
        said = await self._cache.find(text, focus, reading) if self._cache is not None else None
        if said is None:
            return None
        try:
            found = self._examiner.intent(claimed(said), text, focus, await reading, said.model)
        except ModelUnavailable:
            return None
        if self._cache is None or not self._repeatable(found, focus):
            return None
        await self._cache.reused(said.model)
        exchange = answered(_PURPOSE, prompt("interpret"), text, said, said.model, cached=True)
        return Reading(intent=found, exchanges=exchange)

    def _repeatable(self, found: Intent, focus: Focus) -> bool:
        """Return whether a reading may be used again: it only looks, and rests on nothing that passes."""
        capability = self._capabilities.get(found.tool)
        return (
            found.kind is IntentKind.TOOL
            and capability is not None
            and capability.effect is Effect.READ
            and not found.tool.startswith("turn.")
            and focus.pending is None
            and focus.suggestion is None
            and not any(_dated(value) for value in found.values().values())
        )

    def _confirmed(self, found: Intent, embedded: Intent) -> Intent:
        """Return a question instead of a change that only the model reads out of the words."""
        capability = self._capabilities.get(found.tool)
        if capability is None or capability.effect is Effect.READ or embedded.tool == found.tool:
            return found
        if pasted(embedded.text):  # data fills a slot of what somebody asked for, and asks for nothing itself
            return _instead(embedded, "read an order out of what was pasted")
        says = sentence(capability, found.values())
        return found.model_copy(
            update={
                "kind": IntentKind.CLARIFY,
                "question": f"{says}: is that what you want?",
                "choices": (Choice(label="Yes", says=says), Choice(label="No", says="never mind")),
            }
        )


def _dated(value: object) -> bool:
    """Return whether a value holds a moment, which means another one tomorrow."""
    first = str(value).partition("/")[0]
    try:
        datetime.fromisoformat(first)
    except ValueError:
        return False
    return True


def _instead(embedded: Intent, why: str) -> Intent:
    note = f"The model {why}; I understood this with the embedded interpreter."
    return embedded.model_copy(update={"note": f"{embedded.note} {note}".strip()})
