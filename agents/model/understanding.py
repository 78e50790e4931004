"""Understanding by a language model, with the embedded interpreter beside it: to fall back on, and to check it.

Both read every message. When the model hangs, refuses, errs or talks nonsense, the embedded reading stands and the
person is told. A change that the model alone reads out of the words is asked back before anything is proposed.
"""

from datetime import datetime
from typing import Protocol

from agents.interpreter import Focus
from agents.interpreter.sentences import sentence
from agents.model.claim import Examiner, claimed
from agents.model.endpoint import Completion, LanguageModel
from agents.model.prompt import instructions, schema
from agents.ports import Understanding
from agents.reading import ModelExchange, Reading
from agents.units import moment
from memory.clock import Clock
from memory.errors import ModelUnavailable
from memory.model.catalogue import Catalogue
from memory.model.intent import Choice, Intent, IntentKind
from memory.model.plan import Effect
from tools.contract import Capability

LONGEST_TEXT = 4000  # characters of a message that the model is shown


class Breaker(Protocol):
    """Remembers how the model fared; `tools.http.Circuit` is one."""

    def open_until(self) -> datetime | None:
        """Return until when the model is left alone, None when it may be asked."""

    def succeeded(self) -> None:
        """Note that it answered."""

    def failed(self, error: Exception) -> None:
        """Note that it did not."""


class ModelUnderstanding:
    """Asks the model, checks what it says, and falls back within the turn."""

    def __init__(
        self,
        model: LanguageModel,
        embedded: Understanding,
        *,
        breaker: Breaker,
        clock: Clock,
        catalogue: Catalogue,
        capabilities: tuple[Capability, ...],
    ) -> None:
        self._model = model
        self._embedded = embedded
        self._breaker = breaker
        self._clock = clock
        self._catalogue = catalogue
        self._capabilities = {capability.name: capability for capability in capabilities}
        self._schema = schema(capabilities)
        self._examiner = Examiner(self._capabilities, catalogue)

    async def interpret(self, text: str, focus: Focus) -> Reading:
        """Return the model's reading where it holds, the embedded one otherwise, with a note that says why."""
        embedded = (await self._embedded.interpret(text, focus)).intent
        until = self._breaker.open_until()
        if until is not None:
            when = moment(until, self._clock.now())
            return Reading(intent=_instead(embedded, f"failed several times and is left alone until {when}"))
        system = instructions(self._capabilities.values(), self._catalogue, focus, self._clock.now())
        shown, said = text[:LONGEST_TEXT], Completion()
        try:
            said = await self._model.complete(system, shown, self._schema)
            found = self._examiner.intent(claimed(said), text, focus, embedded, self._model.name)
        except ModelUnavailable as error:
            self._breaker.failed(error)
            exchange = self._exchange(system, shown, said, error.code)
            return Reading(intent=_instead(embedded, error.message), exchanges=(exchange,))
        self._breaker.succeeded()
        exchange = self._exchange(system, shown, said)
        return Reading(intent=self._confirmed(found, embedded), exchanges=(exchange,))

    def _exchange(self, system: str, shown: str, said: Completion, code: str = "") -> ModelExchange:
        return ModelExchange(
            purpose="interpretation",
            model=self._model.name,
            prompt=f"{system}\n\n{shown}",
            output=said.said(),
            code=code,
            input_tokens=said.input_tokens,
            output_tokens=said.output_tokens,
        )

    def _confirmed(self, found: Intent, embedded: Intent) -> Intent:
        """Return a question instead of a change that only the model reads out of the words."""
        capability = self._capabilities.get(found.tool)
        if capability is None or capability.effect is Effect.READ or embedded.tool == found.tool:
            return found
        says = sentence(capability, found.values())
        return found.model_copy(
            update={
                "kind": IntentKind.CLARIFY,
                "question": f"{says}: is that what you want?",
                "choices": (Choice(label="Yes", says=says), Choice(label="No", says="never mind")),
            }
        )


def _instead(embedded: Intent, why: str) -> Intent:
    note = f"The model {why}; I understood this with the embedded interpreter."
    return embedded.model_copy(update={"note": f"{embedded.note} {note}".strip()})
