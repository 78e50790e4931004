"""What the estate remembers: one JSON file with all its state, and beside it a ledger of effects nobody rewrites.

A state is on disk before it is in force. The ledger is kept apart from the memory of idempotency keys, so that
counting its lines proves or disproves that an order took effect once.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from bot.demo.orders import Effect, Order, Refused, State, carry_out, new_estate
from memory.canonical import digest
from memory.errors import InvalidInput


class Records:
    """The estate's state in a directory. One process at a time may hold it."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "state.json"
        self._ledger = directory / "effects.ndjson"
        self.state = _read(self._path)

    def carry_out(self, order: Order, now: datetime) -> Effect:
        """Put an order into force and remember what it did; raises `Refused`.

        An order whose key is known changes nothing and brings the effect it had the first time.
        """
        known = self.state.effects.get(order.key)
        if known is not None:
            if known.request != digest(order):
                raise Refused(
                    409, "idempotency.mismatch", "the order this key was used for", [known.kind], order.kind
                )
            return known
        state, effect = carry_out(self.state, order, now)
        _write(self._path, state)
        self.state = state
        if effect.changed:
            _append(self._ledger, effect)
        return effect

    def effects(self) -> tuple[Effect, ...]:
        """Return every effect that changed something, newest first."""
        return tuple(effect for effect in reversed(self.state.effects.values()) if effect.changed)


def ledger(directory: Path) -> tuple[Effect, ...]:
    """Return the effects the ledger of an estate holds, oldest first."""
    path = directory / "effects.ndjson"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return tuple(Effect.model_validate_json(line) for line in lines)


def _read(path: Path) -> State:
    if not path.exists():
        return new_estate()
    try:
        return State.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise InvalidInput(
            f"expected the state of a demo estate in {path.name}, found: {error.errors()[0]['msg']}",
            hint=f"remove {path} to begin with a new estate",
        ) from error


def _write(path: Path, state: State) -> None:
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(state.model_dump_json().encode())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _append(path: Path, effect: Effect) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(effect.model_dump(mode="json")) + "\n")
        file.flush()
        os.fsync(file.fileno())
