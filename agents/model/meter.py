"""The calls of models that were made lately, held in memory: enough to watch them, never to bill by."""

from collections import OrderedDict

from memory.model.model_call import ModelCall

MOST_CALLS = 1000


class BoundedMeter:
    """Keeps the latest calls, `most` at a time; an older one falls out as a newer comes in."""

    def __init__(self, most: int = MOST_CALLS) -> None:
        self._most = most
        self._calls: OrderedDict[str, ModelCall] = OrderedDict()

    async def called(self, call: ModelCall) -> None:
        """Count one call; the same id again counts once."""
        self._calls.setdefault(call.id, call)
        while len(self._calls) > self._most:
            self._calls.popitem(last=False)

    def calls(self, tenant: str) -> tuple[ModelCall, ...]:
        """Return a tenant's calls, oldest first."""
        return tuple(call for call in self._calls.values() if call.tenant == tenant)
