"""Hands that are missing: a capability whose system is not configured says so, rather than being unknown."""

from memory.errors import ConnectorUnreachable
from memory.model.plan import Check, Effect
from memory.model.run import Outcome, Preview
from tools.contract import Actor, Arguments, CallContext, Capability, Reader


class MissingReader:
    """Looks at a system that is not configured."""

    def __init__(self, capability: Capability, setting: str) -> None:
        self.capability = capability
        self._setting = setting

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:  # noqa: ARG002 - nothing to read
        """Raise `ConnectorUnreachable`, naming the setting."""
        raise _missing(self.capability, self._setting)


class MissingActor:
    """Would act on a system that is not configured."""

    def __init__(self, capability: Capability, setting: str) -> None:
        self.capability = capability
        self._setting = setting

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:  # noqa: ARG002 - nothing to show
        """Raise `ConnectorUnreachable`, naming the setting."""
        raise _missing(self.capability, self._setting)

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:  # noqa: ARG002 - nothing to measure
        """Return none: nothing will be done."""
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:  # noqa: ARG002 - nothing to do
        """Raise `ConnectorUnreachable`, naming the setting."""
        raise _missing(self.capability, self._setting)

    async def look(self, context: CallContext) -> Outcome | None:  # noqa: ARG002 - nothing to find
        """Raise `ConnectorUnreachable`, naming the setting."""
        raise _missing(self.capability, self._setting)


def missing(capability: Capability, setting: str) -> Reader | Actor:
    """Return the hand that says which setting would bring this capability to life."""
    kind = MissingReader if capability.effect is Effect.READ else MissingActor
    return kind(capability, setting)


def _missing(capability: Capability, setting: str) -> ConnectorUnreachable:
    return ConnectorUnreachable(
        f"expected a system that serves {capability.name}, found none configured",
        hint=f"Set {setting}; `quarterdeck doctor` checks it.",
    )
