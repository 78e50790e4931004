"""What every act on the estate shares: how it is ordered, looked up, taken back, and measured afterwards."""

from memory.model.plan import Call, Check, Comparison
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.capabilities.deploys import DEPLOY_RELEASE, DEPLOY_ROLLBACK
from tools.capabilities.flags import FLAG_SET
from tools.capabilities.metrics import METRICS_SIGNAL
from tools.capabilities.services import SERVICE_SCALE
from tools.connectors.estate.answers import ChangeKind, Done
from tools.connectors.estate.control import Control, effect_path, service_path
from tools.connectors.estate.wording import act_said
from tools.contract import CallContext, Signal
from tools.readings import packed
from tools.wording import whose

WELL = 0.02  # the error rate a service that is well stays below
WITHIN_S = 45.0
SETTLE_S = 12.0  # longer than the estate's rates look back, so that they tell of the time since the act
WINDOW = "30s"


async def carried_out(control: Control, order: str, body: dict[str, JsonValue], context: CallContext) -> Outcome:
    """Have an order carried out and return what came of it; `order` is its path."""
    return _outcome(control, await control.order(order, body, context), context)


async def looked_up(control: Control, context: CallContext) -> Outcome | None:
    """Return what came of the order under this key, None where it took no effect."""
    done = await control.effect(context)
    return None if done is None else _outcome(control, done, context)


def order_path(service: str, order: str) -> str:
    """Return where an order for a service is given."""
    return f"{service_path(service)}/{order}"


def error_rate_falls(service: str, environment: str) -> Check:
    """Return the check that a service answers its requests."""
    arguments: dict[str, JsonValue] = {
        "service": service,
        "environment": environment,
        "signal": Signal.ERROR_RATE,
        "window": WINDOW,
    }
    return Check(
        call=Call(tool=METRICS_SIGNAL.name, arguments=arguments),
        comparison=Comparison.BELOW,
        bound=WELL,
        within_s=WITHIN_S,
        settle_s=SETTLE_S,
        says=f"{whose(service)} error rate is below {WELL:.0%}".replace("%", " %"),
    )


def undo(kind: ChangeKind, *, service: str, environment: str, before: str, flag: str = "") -> Call | None:
    """Return the call that brings back what was there before; a restart has none."""
    where: dict[str, JsonValue] = {"service": service, "environment": environment}
    match kind:
        case ChangeKind.DEPLOY:
            return Call(tool=DEPLOY_ROLLBACK.name, arguments={**where, "version": before})
        case ChangeKind.ROLLBACK:
            return Call(tool=DEPLOY_RELEASE.name, arguments={**where, "version": before})
        case ChangeKind.SCALE:
            return Call(tool=SERVICE_SCALE.name, arguments={**where, "replicas": int(before)})
        case ChangeKind.FLAG:
            return Call(tool=FLAG_SET.name, arguments={"flag": flag, "enabled": before == "on"})
        case ChangeKind.RESTART:
            return None


def _outcome(control: Control, done: Done, context: CallContext) -> Outcome:
    summary = _sentence(done)
    value: dict[str, JsonValue] = {"before": done.before, "after": done.after}
    evidence = control.evidence(effect_path(context.key), summary, context, value=value)
    back = undo(done.kind, service=done.service, environment=done.environment, before=done.before, flag=done.flag)
    return Outcome(
        ok=True,
        summary=summary,
        evidence=(evidence,),
        undo=back if done.changed else None,
        data=packed("changes", (done.plain(),) if done.changed else ()),
    )


def _sentence(done: Done) -> str:
    subject = f"{done.service} in {done.environment}"
    if not done.changed:
        return f"{subject} stood so already: nothing was changed."
    following = "" if done.converged else " Not every replica has followed yet."
    return f"{subject} was {act_said(done)}.{following}"
