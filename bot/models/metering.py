"""Whoever counts the calls of models, together: each is told, and none stops a turn or the others."""

from collections.abc import Sequence

import structlog

from agents.ports import Meter
from memory.errors import QuarterdeckError
from memory.model.model_call import ModelCall
from memory.store import Store

_log = structlog.get_logger(__name__)


class TrialMeter:
    """Keeps the calls that fell to an experiment, for good."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def called(self, call: ModelCall) -> None:
        """Keep a call of an experiment. Nothing is raised: what cannot be kept is told to the log."""
        if call.assignment is None or call.cached:
            return
        try:
            await self._store.model_trials.add(call)
        except QuarterdeckError as error:
            _log.warning("model.trial_lost", call=call.id, code=error.code)


class Meters:
    """Several meters as one."""

    def __init__(self, meters: Sequence[Meter]) -> None:
        self._meters = tuple(meters)

    async def called(self, call: ModelCall) -> None:
        """Count one call with each of them, and tell operators of it."""
        _log.info(
            "model.called",
            purpose=call.purpose,
            provider=call.provider,
            model=call.model,
            outcome=call.outcome.value,
            seconds=round(call.seconds, 3),
            cached=call.cached,
            correlation=call.correlation,
        )
        for meter in self._meters:
            await meter.called(call)
