"""What would take a cause away again, as a call that could be proposed and the words that ask for it. Pure.

A remedy is a suggestion and nothing more: it becomes a plan only when a person takes it up.
"""

from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from agents.causes import Cause, CauseKind
from memory.model.catalogue import Catalogue
from memory.model.intent import Provenance
from memory.model.plan import Call
from memory.model.talk import Button, ButtonAction
from memory.model.value import JsonValue, Value
from tools.contract import Version
from tools.readings import ChangeKind, ChangeReading, ServiceReading

_VERSION: TypeAdapter[str] = TypeAdapter(Version)
_SWITCH = {"on": True, "true": True, "off": False, "false": False}


class Remedy(Value):
    """A way out: `label` is on the button, `says` asks for it, `call` is what would be proposed, if anything."""

    label: str
    says: str
    call: Call | None = None

    def button(self) -> Button:
        """Return the button that says so."""
        return Button(label=self.label, action=ButtonAction.SAY, value=self.says, primary=True)


def remedy(cause: Cause, running: Sequence[ServiceReading], catalogue: Catalogue) -> Remedy | None:
    """Return what undoes the cause, None when nothing known does or it is undone already."""
    if cause.kind is CauseKind.DEPENDENCY:
        return Remedy(label=f"Look at {cause.service}", says=f"what is wrong with {cause.service}?")
    if cause.change is None:
        return None
    match cause.change.kind:
        case ChangeKind.DEPLOY | ChangeKind.ROLLBACK:
            return _back(cause.change, running, catalogue)
        case ChangeKind.FLAG:
            return _switched(cause.change, catalogue)
        case _:
            return None


def _back(change: ChangeReading, running: Sequence[ServiceReading], catalogue: Catalogue) -> Remedy | None:
    service = catalogue.find(change.service)
    if service is None or not (is_version(change.before) and is_version(change.after)):
        return None
    environment = change.environment or service.environments[0]
    if environment not in service.environments or not _still_runs(change, environment, running):
        return None
    target: dict[str, JsonValue] = {"service": service.name, "environment": environment, "version": change.before}
    if change.kind is ChangeKind.DEPLOY:
        label = f"Roll back {service.name} from {change.after} to {change.before}"
        says = f"roll back {service.name} in {environment} to {change.before}"
        return Remedy(label=label, says=says, call=_call("deploy.rollback", target))
    label = f"Deploy {service.name} {change.before} again"
    says = f"deploy {service.name} {change.before} to {environment}"
    return Remedy(label=label, says=says, call=_call("deploy.release", target))


def _still_runs(change: ChangeReading, environment: str, running: Sequence[ServiceReading]) -> bool:
    """Return whether what the change brought still runs, as far as is known."""
    versions = {
        r.version for r in running if (r.name, r.environment) == (change.service, environment) and r.version
    }
    return not versions or change.after in versions


def _switched(change: ChangeReading, catalogue: Catalogue) -> Remedy | None:
    now = _SWITCH.get(change.after.lower())
    if now is None or change.flag not in catalogue.flags():
        return None
    word = "off" if now else "on"
    return Remedy(
        label=f"Switch {change.flag} {word}",
        says=f"switch the flag {change.flag} {word}",
        call=_call("flag.set", {"flag": change.flag, "enabled": not now}),
    )


def _call(tool: str, arguments: dict[str, JsonValue]) -> Call:
    """Return the call; the person read every argument in the reply that suggested it."""
    return Call(tool=tool, arguments=arguments, provenance=dict.fromkeys(arguments, Provenance.CONVERSATION))


def is_version(text: str) -> bool:
    """Return whether a text from outside is nothing but a version."""
    try:
        _VERSION.validate_python(text)
    except ValidationError:
        return False
    return True
