"""What thinking did, recorded before anything is looked at: it implements `agents.ports.Journal`."""

from datetime import datetime

from agents.ports import Turn
from agents.reading import ModelExchange, Reading
from agents.recollection import Recollection
from bot import entries
from memory.clock import Clock
from memory.ids import derived
from memory.model.limits import Resource, Use
from memory.store import Store


class Journal:
    """Writes one transaction a turn: what was remembered, what a model was asked, what the words meant."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def understood(self, turn: Turn, reading: Reading, recollection: Recollection) -> None:
        """Record how a message was understood; raises `StoreUnavailable`."""
        now = self._clock.now()
        from_ = (entries.THREAD,) if recollection.items() else ()
        calls = [
            entries.model_called(turn, number, exchange, now, from_=from_)
            for number, exchange in enumerate(reading.exchanges, start=1)
        ]
        meant = entries.interpreted(turn, reading.intent, now, calls=len(calls), from_=from_)
        before = [entries.recalled(turn, recollection, now)] if from_ else []
        async with self._store.transaction() as unit:
            for each in (*before, *calls, meant):
                await unit.ledger.append(each)
            await unit.uses.add(turn.message.tenant, _tokens(turn, reading.exchanges, now))

    async def asked(self, turn: Turn, exchanges: tuple[ModelExchange, ...], *, before: int) -> None:
        """Record what a model was asked on the way to an answer; raises `StoreUnavailable`."""
        if not exchanges:
            return
        now = self._clock.now()
        async with self._store.transaction() as unit:
            for number, exchange in enumerate(exchanges, start=before + 1):
                await unit.ledger.append(entries.model_called(turn, number, exchange, now))
            await unit.uses.add(turn.message.tenant, _tokens(turn, exchanges, now, before=before))


def _tokens(turn: Turn, exchanges: tuple[ModelExchange, ...], at: datetime, *, before: int = 0) -> list[Use]:
    """Return what the model's calls spent, where it said so. A turn that is taken again spends again."""
    spent = [(each.input_tokens or 0) + (each.output_tokens or 0) for each in exchanges]
    return [
        Use(
            id=derived("use", turn.correlation, str(number), at.isoformat()),
            tenant=turn.message.tenant,
            resource=Resource.TOKENS,
            person=turn.principal.id,
            amount=amount,
            at=at,
        )
        for number, amount in enumerate(spent, start=before + 1)
        if amount
    ]
