"""Switching a feature flag on or off."""

from memory.errors import InvalidInput
from memory.model.catalogue import Catalogue
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities.flags import FLAG_SET, FlagSetting
from tools.connectors.estate.acting import carried_out, error_rate_falls, looked_up, undo
from tools.connectors.estate.answers import ChangeKind, Flag
from tools.connectors.estate.control import Control, flag_path
from tools.connectors.estate.wording import blast_radius
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.http import Deadline


class FlagSet:
    """Serves `flag.set`."""

    capability = FLAG_SET

    def __init__(self, control: Control, catalogue: Catalogue) -> None:
        self._control = control
        self._catalogue = catalogue

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what the switch would change; raises `InvalidInput` for a flag the estate does not have."""
        asked, deadline = given(arguments, FlagSetting), Deadline(context.deadline_s)
        flag = _known(asked.flag, await self._control.flags(deadline))
        running = await self._control.service(flag.service, deadline)
        before, after = _state(flag.enabled), _state(asked.enabled)
        same = f"{flag.name} is {after} already: nothing would change."
        moves = before != after
        back = undo(
            ChangeKind.FLAG, service=running.name, environment=running.environment, before=before, flag=flag.name
        )
        state = f"{flag.name} is {before} for {running.name}."
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=f"{running.name} would get {flag.name} {after}." if moves else same,
            changes=(Change(field=flag.name, before=before, after=after),) if moves else (),
            blast_radius=blast_radius(running, self._catalogue) if moves else (),
            undo=back if moves else None,
            evidence=(self._control.evidence("/v1/flags", state, context, value=flag.enabled),),
            warnings=() if moves else (same,),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure the error rate of the services that read the flag, as the catalogue has it."""
        asked = given(arguments, FlagSetting)
        return tuple(
            error_rate_falls(service.name, environment)
            for service in self._catalogue.services
            if asked.flag in service.flags
            for environment in service.environments
        )

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Switch it."""
        asked = given(arguments, FlagSetting)
        body: dict[str, JsonValue] = {"enabled": asked.enabled}
        return await carried_out(self._control, flag_path(asked.flag), body, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, None if it took no effect."""
        return await looked_up(self._control, context)


def _known(name: str, flags: tuple[Flag, ...]) -> Flag:
    found = next((flag for flag in flags if flag.name == name), None)
    if found is None:
        known = ", ".join(flag.name for flag in flags)
        raise InvalidInput(f"expected a flag of the estate ({known}), found {name!r}")
    return found


def _state(enabled: bool) -> str:
    return "on" if enabled else "off"
