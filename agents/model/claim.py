"""From what a model says to an intent: every part is checked, and where each value came from is found out. Pure.

A claim that names an unknown tool, service, environment or flag, or a value of the wrong kind, is refused whole.
"""

import json
import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from agents.interpreter.focus import Focus
from agents.model.completion import Completion
from agents.quarantine import found
from agents.untrusted import stripped
from memory.errors import InvalidInput, ModelRefused, ModelUnreadable
from memory.model.catalogue import Catalogue
from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.value import JsonValue
from tools.contract import Capability, Slot, slots
from tools.registry import validated

NONSENSE = "answered with something that makes no sense here"
LONGEST_QUESTION = 200
_FENCE = re.compile(r"\A\s*```(?:json)?\s*(.*?)\s*```\s*\Z", re.DOTALL)


class Claim(BaseModel):
    """What a model says a message means. Fields it made up are ignored, values it left empty are absent."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: IntentKind
    tool: str = ""
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    question: str = ""
    confidence: float = Field(default=0.9, ge=0, le=1)

    @field_validator("arguments", mode="after")
    @classmethod
    def _given(cls, arguments: dict[str, JsonValue]) -> dict[str, JsonValue]:
        return {name: value for name, value in arguments.items() if value is not None}


def claimed(completion: Completion) -> Claim:
    """Return the claim in a completion; raises `ModelRefused`, or `ModelUnreadable` for what is none."""
    if completion.refusal:
        raise ModelRefused("refused to answer")
    if completion.called is not None:
        return _claim(completion.called)
    fenced = _FENCE.match(completion.text)
    try:
        said = json.loads(fenced[1] if fenced else completion.text)
    except (ValueError, RecursionError) as error:
        raise ModelUnreadable("answered with something that is no JSON") from error
    return _claim(said)


def _claim(said: Any) -> Claim:
    try:
        return Claim.model_validate(said)
    except ValidationError as error:
        raise ModelUnreadable(NONSENSE, hint="It has to keep to the schema.") from error


class Examiner:
    """Checks claims against the tools and the catalogue."""

    def __init__(self, capabilities: dict[str, Capability], catalogue: Catalogue) -> None:
        self._capabilities = capabilities
        self._catalogue = catalogue

    def intent(self, claim: Claim, text: str, focus: Focus, embedded: Intent, brain: str) -> Intent:
        """Return the claim as an intent; raises `ModelUnreadable` when it does not hold.

        `embedded` is the embedded interpreter's reading: where both agree on a value, its provenance is known.
        """
        if claim.kind is IntentKind.CLARIFY:
            return self._question(claim, text, embedded, brain)
        if claim.kind is not IntentKind.TOOL:
            reply = embedded.reply if embedded.kind is claim.kind else ""
            return Intent(text=text, kind=claim.kind, reply=reply, confidence=claim.confidence, brain=brain)
        capability = self._capabilities.get(claim.tool)
        if capability is None:
            raise ModelUnreadable(NONSENSE, hint="`tool` has to be one of the tools that are listed.")
        values = self._values(capability, claim, embedded)
        arguments = {
            name: self._argument(capability, name, value, text, focus, embedded) for name, value in values.items()
        }
        return Intent(
            text=text,
            kind=IntentKind.TOOL,
            tool=capability.name,
            arguments=arguments,
            confidence=claim.confidence,
            alternatives=embedded.alternatives,
            brain=brain,
        )

    def _question(self, claim: Claim, text: str, embedded: Intent, brain: str) -> Intent:
        """Return the embedded question where there is one, for its buttons are known to work."""
        if embedded.kind is IntentKind.CLARIFY:
            return embedded.model_copy(update={"brain": brain})
        question = stripped(claim.question, LONGEST_QUESTION)
        if not question or "://" in question:
            raise ModelUnreadable(NONSENSE, hint="`question` has to be one short line without links.")
        return Intent(
            text=text, kind=IntentKind.CLARIFY, question=question, confidence=claim.confidence, brain=brain
        )

    def _values(self, capability: Capability, claim: Claim, embedded: Intent) -> dict[str, JsonValue]:
        """Return the claimed values in their written form; what is left out is taken from the embedded reading."""
        known = embedded.values() if embedded.tool == capability.name else {}
        fields = capability.arguments.model_fields
        given = {n: v for n, v in {**known, **claim.arguments}.items() if n in fields or n in claim.arguments}
        try:
            settled = validated(capability, given).model_dump(mode="json")
        except InvalidInput as error:
            raise ModelUnreadable(NONSENSE, hint=f"{error.message}.") from error
        values = {name: settled[name] for name in given}
        self._exist(capability, values)
        return values

    def _exist(self, capability: Capability, values: dict[str, JsonValue]) -> None:
        known = {
            Slot.SERVICE: self._catalogue.names(),
            Slot.ENVIRONMENT: self._environments(values.get("service")),
            Slot.FLAG: self._catalogue.flags(),
        }
        for name, slot in slots(capability).items():
            if name in values and slot in known and values[name] not in known[slot]:
                names = ", ".join(known[slot]) or "none"
                raise ModelUnreadable(NONSENSE, hint=f"`{name}` has to be one of: {names}.")

    def _environments(self, service: JsonValue) -> tuple[str, ...]:
        found = self._catalogue.find(service) if isinstance(service, str) else None
        return found.environments if found else self._catalogue.environments()

    def _argument(
        self, capability: Capability, name: str, value: JsonValue, text: str, focus: Focus, embedded: Intent
    ) -> Argument:
        agreed = embedded.arguments.get(name) if embedded.tool == capability.name else None
        if agreed is not None and agreed.value == value:
            return agreed
        stands = found(self._names(name, value), text)
        if stands is not None:
            return Argument(value=value, provenance=stands.provenance, quote=stands.quote)
        return Argument(value=value, provenance=self._origin(capability, name, value, focus))

    def _names(self, name: str, value: JsonValue) -> tuple[str, ...]:
        """Return the words that people say for a value."""
        service = self._catalogue.find(value) if name == "service" and isinstance(value, str) else None
        return (str(value), *(service.aliases if service else ()))

    def _origin(self, capability: Capability, name: str, value: JsonValue, focus: Focus) -> Provenance:
        pending = focus.pending.arguments if focus.pending else {}
        for held in (focus.about.get(name), pending.get(name)):
            if held is not None and held.value == value:
                return held.provenance.later()
        if capability.arguments.model_fields[name].default == value:
            return Provenance.DEFAULT
        if name == "environment" and len(self._catalogue.environments()) == 1:
            return Provenance.CATALOGUE
        return Provenance.MODEL
