"""Changing what each replica of a service requests; limits stay, and no request is ever above its limit.

Several containers share the new amount as they shared the old one. Undoing is the same call with what was there.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, cast

from memory.errors import InvalidInput
from memory.model.run import Change
from tools.capabilities.kubernetes import SERVICE_RESIZE, Resizing
from tools.cluster.api import Json
from tools.cluster.quantities import quantity
from tools.connectors.kubernetes.acting import Act, DeploymentActor, settled_call
from tools.connectors.kubernetes.fleet import Workload
from tools.connectors.kubernetes.standing import Standing
from tools.connectors.kubernetes.wording import RESIZE
from tools.contract import Arguments, CallContext
from tools.hands import given

_STEP: Final = {"cpu": (Decimal("0.001"), "m"), "memory": (Decimal(2**20), "Mi")}  # written in whole ones of these


class ServiceResize(DeploymentActor):
    """Serves `service.resize`."""

    capability = SERVICE_RESIZE

    def _workload(self, arguments: Arguments) -> Workload:
        asked = given(arguments, Resizing)
        return self._fleet.workload(asked.service, asked.environment)

    def _settled(self, arguments: Arguments, stands: Standing, context: CallContext) -> Act:  # noqa: ARG002 - nothing
        asked = given(arguments, Resizing)
        wanted = {name: text for name, text in (("cpu", asked.cpu), ("memory", asked.memory)) if text}
        if not wanted:
            raise InvalidInput(
                "expected what each replica shall request, found neither cpu nor memory",
                hint="Say it as Kubernetes does: cpu=250m memory=512Mi.",
            )
        containers = _containers(stands.deployment.spec.template)
        shares = {name: _shared(containers, name, text) for name, text in wanted.items()}
        before = {name: _written(name, sum(_requested(containers, name), Decimal(0))) for name in wanted}
        after = {name: _written(name, sum(shares[name], Decimal(0))) for name in wanted}

        def edit(spec: Json) -> None:
            for number, container in enumerate(_containers(cast("Json", spec["template"]))):
                resources = cast("Json", container.setdefault("resources", {}))
                requests = cast("Json", resources.setdefault("requests", {}))
                for name, share in shares.items():
                    text = _written(name, share[number])
                    if quantity(str(requests.get(name, "0"))) != quantity(text):
                        requests[name] = text

        says = " and ".join(f"{text} of {name}" for name, text in after.items())
        return Act(
            kind=RESIZE,
            call=settled_call(self.capability, stands.workload, None, **after),
            before=_said(before),
            after=_said(after),
            touches="template",
            edit=edit,
            summary=f"Each replica of {asked.service} would request {says}; its pods are replaced.",
            nothing=f"Each replica of {asked.service} requests {says} already: nothing would change.",
            shown=tuple(
                Change(field=f"requested {name}", before=before[name], after=text) for name, text in after.items()
            ),
        )


def _containers(template: Json) -> Sequence[Json]:
    spec = cast("Json", template.get("spec") or {})
    return cast("Sequence[Json]", spec.get("containers") or [])


def _amount(container: Json, kind: str, name: str) -> Decimal | None:
    resources = cast("Json", container.get("resources") or {})
    found = cast("Json", resources.get(kind) or {}).get(name)
    return None if found is None else quantity(str(found))


def _requested(containers: Sequence[Json], name: str) -> list[Decimal]:
    found = [_amount(each, "requests", name) for each in containers]
    if not found or any(each is None for each in found):
        raise InvalidInput(
            f"expected every container to request {name}, found one that does not",
            hint="What there is no request of cannot be made smaller.",
        )
    return [each for each in found if each is not None]


def _shared(containers: Sequence[Json], name: str, text: str) -> list[Decimal]:
    """Return each container's part of a new amount; raises `InvalidInput` where that is none or above a limit."""
    wanted, now = quantity(text), _requested(containers, name)
    whole = sum(now, Decimal(0))
    if wanted <= 0 or whole <= 0:
        raise InvalidInput(f"expected an amount of {name} above zero, found {text[:40]!r}")
    step = _STEP[name][0]
    parts = [max(step, _whole(each / whole * wanted, step) * step) for each in now]
    for container, part in zip(containers, parts, strict=True):
        limit = _amount(container, "limits", name)
        if limit is not None and part > limit:
            raise InvalidInput(f"expected a request of {name} up to the limit {limit:f}, found {part:f}")
    return parts


def _whole(amount: Decimal, step: Decimal) -> Decimal:
    return (amount / step).to_integral_value(rounding="ROUND_CEILING")


def _written(name: str, amount: Decimal) -> str:
    step, unit = _STEP[name]
    return f"{_whole(amount, step):f}{unit}"


def _said(amounts: dict[str, str]) -> str:
    return " ".join(f"{name}={text}" for name, text in amounts.items())
