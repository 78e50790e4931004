"""From what was said to a tool's typed arguments, each with where it came from; and what is still open. Pure.

Nothing is guessed: two names that fit, a name nobody knows, an environment that the service does not run in and
a missing argument all become a `Gap` to ask about.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agents.interpreter.clauses import Clause
from agents.interpreter.differences import is_a_difference
from agents.interpreter.focus import Focus
from agents.interpreter.slots import Line, Mention, identifiers
from memory.model.catalogue import Catalogue
from memory.model.intent import Argument, Provenance
from memory.model.plan import Effect
from memory.model.value import JsonValue
from tools.contract import Arguments, Capability, Slot, slots


class Why(StrEnum):
    """Why an argument is open."""

    MISSING = "missing"
    UNKNOWN = "unknown"  # `said` is not in the catalogue
    AMBIGUOUS = "ambiguous"  # `said` fits each of the candidates
    SEVERAL = "several"  # each of the candidates was said
    ELSEWHERE = "elsewhere"  # `said` is an environment the service does not run in
    UNREADABLE = "unreadable"  # `said` is a time that cannot be worked out


@dataclass(frozen=True)
class Gap:
    """An argument that has to be asked for."""

    name: str
    slot: Slot | None
    why: Why
    candidates: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Filling:
    """A tool's arguments as far as they are known, and the gaps, the most pressing first."""

    arguments: Mapping[str, Argument] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Heard:
    """What was heard in one message: the line, what it names, the clause that asks, and a name nobody knows.

    `typed` gives the words as they were typed at a span. `refers` says that the message points back at the
    conversation with a word such as "it".
    """

    line: Line
    mentions: tuple[Mention, ...]
    clause: Clause | None = None
    unknown: Mention | None = None
    refers: bool = False
    typed: Callable[[int, int], str] | None = None

    def quote(self, mention: Mention) -> str:
        """Return the words a mention was read from."""
        return self.typed(mention.start, mention.end) if self.typed else mention.quote

    def points_at(self, slot: Slot, *, required: bool) -> bool:
        """Return whether the words point back at the last flag, id or incident; a bare "acknowledge" does."""
        if slot is Slot.INCIDENT:
            return self.refers or len(self.line.words) == 1
        return slot in (Slot.FLAG, Slot.IDENTIFIER) and required and self.refers


_FROM = re.compile(
    r"(?:\bfrom|\boff(?: of)?|\bsince(?: the)?|\binstead of|\bnot|\bafter(?: the)?)\s+(?:the\s+)?(?:version\s+)?$"
)
_TOWARDS = re.compile(r"(?:\b(?:to|onto|on|at|version|release|with|was fine)|->|=)\s*(?:the\s+)?v?$")
_TOGETHER = re.compile(
    r"^[\s,]*(?:and|or|,|&|\+|vs\.?|versus|plus|as well as)\s*(?:also |the )*(?:alerts? (?:of|on|for) )?$"
)
_PLURAL = re.compile(
    r"\b(?:both|all|every|each)\b(?: of)?(?: the| our)?(?: [\w-]+){0,2} (?:services|apps|applications|ones)\b"
)
_REVERSING = re.compile(r"\b(?:undo|revert|reverse|back (?:[\w-]+ )?out|backout|yank|pull)\b")
_REPLICAS = re.compile(
    r"^\s*(?:more )?(?:replicas?|pods?|instances?|copies|workers?|nodes?|containers?|machines?)\b"
)


class Filler:
    """Fills the arguments of capabilities against one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def fill(
        self, capability: Capability, heard: Heard, focus: Focus, base: Mapping[str, Argument] | None = None
    ) -> Filling:
        """Return the arguments that were said or follow from the conversation and the catalogue, and the gaps.

        `base` are arguments of an earlier call that hold where nothing else is said.
        """
        kept = base or {}
        arguments: dict[str, Argument] = {}
        gaps: list[Gap] = []
        kinds = slots(capability)
        for name in sorted(kinds, key=lambda name: kinds[name] is not Slot.SERVICE):
            found = _said(capability, name, kinds[name], heard) or kept.get(name)
            if kinds[name] is Slot.ENVIRONMENT and not isinstance(found, Gap):
                found = self._runs_there(found, name, arguments)
            found = found or self._unsaid(capability, name, kinds[name], heard, focus, arguments)
            if isinstance(found, Gap):
                gaps.append(found)
            elif found is not None:
                arguments[name] = found
        if not gaps:
            gaps += _whole(capability, arguments)
        ordered = {name: arguments[name] for name in kinds if name in arguments}
        return Filling(ordered, tuple(gaps))

    def _unsaid(
        self,
        capability: Capability,
        name: str,
        slot: Slot,
        heard: Heard,
        focus: Focus,
        known: Mapping[str, Argument],
    ) -> Argument | Gap | None:
        if heard.unknown and heard.unknown.slot is slot:
            return Gap(name, slot, Why.UNKNOWN, said=heard.quote(heard.unknown))
        required = capability.arguments.model_fields[name].is_required()
        return self._implied(name, slot, heard, focus, known, required=required)

    def _implied(
        self, name: str, slot: Slot, heard: Heard, focus: Focus, known: Mapping[str, Argument], *, required: bool
    ) -> Argument | Gap | None:
        recalled = focus.recalled(name)
        service = known.get("service")
        if slot is Slot.SERVICE and recalled and (required or heard.refers):
            return recalled
        if slot is Slot.ENVIRONMENT:
            same = service is not None and recalled is not None and self._same_service(service, focus)
            if same and (required or _remembered(service)):
                return recalled
            environments = self._environments(service)
            if required and len(environments) == 1:
                return Argument(value=environments[0], provenance=Provenance.CATALOGUE)
        elif recalled and heard.points_at(slot, required=required):
            return recalled
        if not required:
            return None
        return Gap(name, slot, Why.MISSING, self._likely(slot, service))

    def _runs_there(
        self, said: Argument | None, name: str, known: Mapping[str, Argument]
    ) -> Argument | Gap | None:
        environments = self._environments(known.get("service"))
        if said is None or not environments or said.value in environments:
            return said
        return Gap(name, Slot.ENVIRONMENT, Why.ELSEWHERE, environments, str(said.value))

    def _environments(self, service: Argument | None) -> tuple[str, ...]:
        found = service and self._catalogue.find(str(service.value))
        return found.environments if found else ()

    def _same_service(self, service: Argument, focus: Focus) -> bool:
        held = focus.about.get("service")
        return held is not None and held.value == service.value

    def _likely(self, slot: Slot, service: Argument | None) -> tuple[str, ...]:
        if slot is Slot.ENVIRONMENT:
            return self._environments(service) or self._catalogue.environments()
        if slot is Slot.SERVICE:
            return tuple(s.name for s in sorted(self._catalogue.services, key=lambda s: s.criticality))
        return self._catalogue.flags() if slot is Slot.FLAG else ()


def _remembered(argument: Argument | None) -> bool:
    """Return whether a value was taken up from an earlier turn."""
    return argument is not None and argument.provenance is argument.provenance.later()


def _said(capability: Capability, name: str, slot: Slot, heard: Heard) -> Argument | Gap | None:
    """Return the argument as it was said, a gap where that is not clear, None where nothing was said."""
    found = _relevant(capability, name, slot, heard)
    if not found:
        return None
    unclear = _unclear(name, slot, found, heard)
    if unclear is not None:
        return unclear
    mention = found[0]
    value = _allowed(capability, name, mention)
    if value is None:
        return None
    return Argument(value=value, provenance=Provenance.SAID, quote=heard.quote(mention))


def _unclear(name: str, slot: Slot, found: Sequence[Mention], heard: Heard) -> Gap | None:
    mention = found[0]
    said = heard.quote(mention)
    if slot is Slot.STATE:
        return None
    if len(mention.candidates) > 1:
        return Gap(name, slot, Why.AMBIGUOUS, mention.candidates, said)
    if mention.value is None:
        why = Why.UNREADABLE if slot in (Slot.WINDOW, Slot.DURATION) else Why.UNKNOWN
        return Gap(name, slot, why, said=said)
    if slot is Slot.SERVICE and _PLURAL.search(heard.line.lower):
        return Gap(name, slot, Why.MISSING)
    others = tuple(dict.fromkeys(str(other.value) for other in found))
    return Gap(name, slot, Why.SEVERAL, others) if len(others) > 1 else None


def _relevant(capability: Capability, name: str, slot: Slot, heard: Heard) -> list[Mention]:
    """Return the mentions that can be this argument, the best first; those after it compete with it."""
    fitting = [m for m in heard.mentions if _fits(slot, m) and _allowed_or_unclear(capability, name, m)]
    required = capability.arguments.model_fields[name].is_required()
    near = _near(fitting, heard, anywhere=required or slot in _ANYWHERE)
    narrow = _PREFERENCES.get(slot)
    chosen = narrow(near, heard.line) if narrow else near
    if slot is Slot.VERSION and not required:
        chosen = [m for m in chosen if _is_target(m, heard)]
    if slot is Slot.SERVICE and capability.effect is Effect.READ:
        chosen = _joined(chosen, heard.line)
    return chosen


_ANYWHERE = frozenset({
    Slot.SERVICE, Slot.ENVIRONMENT, Slot.FLAG, Slot.VERSION, Slot.IDENTIFIER, Slot.INCIDENT, Slot.GRADE, Slot.MATTER,
})  # fmt: skip


def _fits(slot: Slot, mention: Mention) -> bool:
    if slot is Slot.TEXT and mention.slot in (Slot.QUERY, Slot.IDENTIFIER):
        return str(mention.value).isidentifier()
    if slot is Slot.QUERY and mention.slot is Slot.TEXT:
        return str(mention.value).isidentifier()
    return mention.slot is slot or (slot is Slot.WINDOW and mention.slot is Slot.DURATION)


def _near(mentions: list[Mention], heard: Heard, *, anywhere: bool) -> list[Mention]:
    """Return the mentions inside the clause that asks; failing those, the ones in clauses that say nothing else."""
    clause = heard.clause
    if clause is None:
        return mentions
    inside = [m for m in mentions if clause.start <= m.start and m.end <= clause.end]
    return inside or (mentions if anywhere else [m for m in mentions if _stands_alone(m, heard)])


def _stands_alone(mention: Mention, heard: Heard) -> bool:
    """Return whether a mention is set off by a comma or the like, as in "logs of auth, last 30 minutes"."""
    text = heard.line.lower
    before, after = text[: mention.start], text[mention.end :]
    opens = re.search(
        r"(?:^|[,;.!?:-])\s*(?:(?:over|for|in|during|within|from|say|the|about|like|just)\s+)*$", before
    )
    closes = re.match(r"\s*(?:please|pls|only|thanks|thx|or so|ish)?\s*(?:$|[,;.!?-])", after)
    return opens is not None and closes is not None


def _targets(mentions: list[Mention], line: Line) -> list[Mention]:
    """Return the mentions that say where something goes; what it comes from does not compete with them."""
    onward = [m for m in mentions if not _FROM.search(line.lower[: m.start])]
    towards = [m for m in onward if _TOWARDS.search(line.lower[: m.start])]
    return towards if len(onward) > 1 and towards else onward


def _environments_meant(mentions: list[Mention], line: Line) -> list[Mention]:
    onward = [m for m in mentions if not _FROM.search(line.lower[: m.start])]
    return onward or mentions


def _counts(mentions: list[Mention], line: Line) -> list[Mention]:
    mentions = [m for m in mentions if not is_a_difference(m, line)]
    counted = [m for m in mentions if _REPLICAS.match(line.lower[m.end :])]
    if counted and not any(" or " in line.lower[m.start : m.end + 8] for m in mentions):
        return _targets(counted, line) or counted
    return _targets(mentions, line)


def _precise_signals(mentions: list[Mention], _line: Line) -> list[Mention]:
    """Return the signals, "latency" and "slow" left out beside a percentile."""
    exact = [m for m in mentions if str(m.value) in ("latency_p50", "latency_p99") or re.search(r"p?95", m.quote)]
    vague = [m for m in mentions if m not in exact and m.value == "latency_p95"]
    return [m for m in mentions if m not in vague] if exact else mentions


def _states(mentions: list[Mention], _line: Line) -> list[Mention]:
    said = [m for m in mentions if m.candidates == ("all",)]
    return said or mentions


def _longest(mentions: list[Mention], _line: Line) -> list[Mention]:
    return sorted(mentions, key=lambda m: m.start - m.end)[:1]


def _texts(mentions: list[Mention], _line: Line) -> list[Mention]:
    """Return the text, one that was marked as such before a name or an expression."""
    return sorted(mentions, key=lambda m: m.slot is not Slot.TEXT)[:1]


def _last(mentions: list[Mention], _line: Line) -> list[Mention]:
    return mentions[-1:]


def _first(mentions: list[Mention], _line: Line) -> list[Mention]:
    return mentions[:1]


_PREFERENCES: Mapping[Slot, Callable[[list[Mention], Line], list[Mention]]] = {
    Slot.VERSION: _targets,
    Slot.ENVIRONMENT: _environments_meant,
    Slot.NUMBER: _counts,
    Slot.SIGNAL: _precise_signals,
    Slot.GRADE: _targets,
    Slot.STATE: _states,
    Slot.QUERY: _longest,
    Slot.TEXT: _texts,
    Slot.SWITCH: _last,
    Slot.SEVERITY: _first,
    Slot.WINDOW: _first,
    Slot.DURATION: _last,
}


def _is_target(mention: Mention, heard: Heard) -> bool:
    """Return whether an optional version is where to go, and not the one to get away from."""
    before = heard.line.lower[: mention.start]
    if _TOWARDS.search(before) or re.search(
        r"\bback\s+to\s+it\b|\bto (?:it|that)\b", heard.line.lower[mention.end :]
    ):
        return True
    beside = any(
        m.slot is Slot.SERVICE and not before[m.end :].strip(" @:")
        for m in heard.mentions
        if m.end <= mention.start
    )
    return beside and not _REVERSING.search(heard.line.lower)


def _joined(mentions: list[Mention], line: Line) -> list[Mention]:
    """Return the first service and those joined to it by "and"; others are only mentioned in passing."""
    kept = mentions[:1]
    for mention in mentions[1:]:
        if _TOGETHER.match(line.lower[kept[-1].end : mention.start]):
            kept.append(mention)
    return kept


def _allowed_or_unclear(capability: Capability, name: str, mention: Mention) -> bool:
    unclear = mention.value is None and mention.slot is not Slot.STATE
    return unclear or _allowed(capability, name, mention) is not None


def _allowed(capability: Capability, name: str, mention: Mention) -> JsonValue:
    """Return the value in the form the argument takes, or None where it takes none of what is meant."""
    adapter = _adapter(capability.arguments, name)
    if mention.slot is Slot.IDENTIFIER and not _takes_hexadecimal(adapter) and identifiers.is_id(mention.value):
        return None
    for value in mention.candidates or (mention.value,):
        try:
            adapter.validate_python(value)
        except ValidationError:
            continue
        return value.value if isinstance(value, StrEnum) else value
    return None


def _takes_hexadecimal(adapter: TypeAdapter[Any]) -> bool:
    try:
        adapter.validate_python("not an id")
    except ValidationError:
        return True
    return False


@lru_cache(maxsize=512)
def _adapter(arguments: type[Arguments], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(arguments.model_fields[name].rebuild_annotation())


def _whole(capability: Capability, arguments: Mapping[str, Argument]) -> Iterable[Gap]:
    """Yield a gap where the arguments fit one by one and not together, such as a silence of nothing."""
    try:
        capability.arguments.model_validate({name: argument.value for name, argument in arguments.items()})
    except ValidationError:
        kinds = slots(capability)
        absent = next((name for name in kinds if name not in arguments), next(iter(kinds), ""))
        yield Gap(absent, kinds.get(absent), Why.MISSING)
