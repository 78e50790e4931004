"""Our own memory, looked into: nothing outside is asked. What is quoted of the past is quoted, never obeyed."""

from collections.abc import Awaitable, Callable, Sequence

from memory.model.evidence import Evidence
from memory.model.incident import Incident
from memory.model.memory import MemoryKind
from memory.model.run import Outcome
from memory.recall.recalling import Recalling, Remembered
from tools.capabilities.memory import MEMORY_RECALL, Recollection
from tools.contract import Arguments, CallContext, Tool
from tools.hands import evidence_id, given
from tools.wording import clock, many

SHOWN, SHOWN_BESIDE = 3, 2
OF_PAST = (MemoryKind.INCIDENT, MemoryKind.REVIEW)
BESIDE = (MemoryKind.DECISION, MemoryKind.CORRECTION, MemoryKind.PREFERENCE)
"""What came of what was decided, what people said was wrong, and how they want things."""
SOURCE = "memory"

UnderWay = Callable[[str], Awaitable[Sequence[Incident]]]
"""The incidents of a tenant that are under way, the newest first."""


class MemoryRecall:
    """Serves `memory.recall`."""

    capability = MEMORY_RECALL

    def __init__(self, recall: Recalling, under_way: UnderWay) -> None:
        self._recall = recall
        self._under_way = under_way

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what was seen before, the most similar first; `value` is how many. Raises `RecallUnavailable`."""
        asked = given(arguments, Recollection)
        incident = await self._meant(asked, context)
        words = asked.about or (incident.title if incident is not None else asked.service or "")
        if not words:
            return Outcome(
                ok=True, summary="Nothing is going on to compare with: say what this is about.", value=0
            )
        services = (asked.service,) if asked.service else (incident.services if incident is not None else ())

        async def similar(kinds: Sequence[MemoryKind], limit: int) -> tuple[Remembered, ...]:
            return await self._recall.similar(
                context.tenant,
                words,
                services=services,
                environment=incident.environment if incident is not None else None,
                kinds=kinds,
                without=f"incident:{incident.id}" if incident is not None else "",
                limit=limit,
            )

        found, beside = await similar(OF_PAST, SHOWN), await similar(BESIDE, SHOWN_BESIDE)
        return Outcome(
            ok=True,
            summary=_summary(found, beside),
            evidence=tuple(_evidence(each, words, context) for each in (*found, *beside)),
            value=len(found),
            data={"memories": [each.model_dump(mode="json") for each in (*found, *beside)]},
        )

    async def _meant(self, asked: Recollection, context: CallContext) -> Incident | None:
        """Return the incident that is asked about where nothing else is said.

        The newest, of the service if one is.
        """
        if asked.about:
            return None
        known = await self._under_way(context.tenant)
        return next((each for each in known if asked.service is None or asked.service in each.services), None)


def hands(recall: Recalling, under_way: UnderWay) -> tuple[Tool, ...]:
    """Return the hand that looks into memory."""
    return (MemoryRecall(recall, under_way),)


def _summary(found: Sequence[Remembered], beside: Sequence[Remembered]) -> str:
    also = f" Beside it: {many(len(beside), 'decision or wish', 'decisions or wishes')}." if beside else ""
    if not found:
        return f"Nothing like it is remembered.{also}"
    warned = any("another" in each.warning for each in found)
    more = " They looked the same and had different causes: find out which this is." if warned else ""
    return f"Yes: {many(len(found), 'thing')} like it {'is' if len(found) == 1 else 'are'} remembered.{more}{also}"


def _evidence(found: Remembered, words: str, context: CallContext) -> Evidence:
    title = f"{found.kind.value}: {found.title}" if found.kind in BESIDE else found.title
    said = [f"{title} ({clock(found.at, context.now)})", f"alike: {'; '.join(found.alike)}"]
    said += [f"different: {'; '.join(found.differs)}"] if found.differs else []
    said += [f"cause: {found.cause}"] if found.cause else []
    said += [f"fixed by: {found.fixed_by}"] if found.fixed_by else []
    said += [found.warning.rstrip(".")] if found.warning else []
    return Evidence(
        id=evidence_id(context, found.memory),
        source=SOURCE,
        query=words[:300],
        summary=". ".join(each.rstrip(".") for each in said),
        observed_at=context.now,
        value=found.score,
        text=found.excerpt,
    )
