"""The hands of an endpoint: one that looks, and one that sends, changes or sends out."""

from memory.canonical import canonical
from memory.errors import ConnectorError, ConnectorRejected, ConnectorUnreachable
from memory.model.plan import Call, Check, Effect
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities.web import capability
from tools.connectors.web.answering import evidence, outcome
from tools.connectors.web.asking import Answered, Asking
from tools.contract import Arguments, CallContext
from tools.declared.hand import given_values
from tools.declared.templates import KEY, filled, plain
from tools.json_path import at, single
from tools.once import Attempts, Once

LONGEST_SHOWN = 2000


class EndpointRead:
    """Serves an endpoint in which nothing varies but what is listed."""

    def __init__(self, asking: Asking) -> None:
        self.capability = capability(asking.endpoint)
        self._asking = asking

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what the server tells."""
        answered = await self._asking.send(given_values(arguments), context.key, context.deadline_s)
        return outcome(self._asking, answered, context)


class EndpointAct:
    """Serves an endpoint that changes something, or sends out what somebody filled in."""

    def __init__(self, asking: Asking, attempts: Attempts) -> None:
        self.capability = capability(asking.endpoint)
        self._asking = asking
        self._once = Once(attempts, self.capability.name)

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return exactly what would be sent and, where the endpoint says how to look, what stands there now."""
        endpoint, values = self._asking.endpoint, given_values(arguments)
        before = await self._before(values, context)
        changes = self._changes(values, before)
        url = self._asking.url(endpoint.url, {**values, KEY: context.key})
        host = url.split("/")[2]
        return Preview(
            call=Call(tool=self.capability.name, arguments=values),
            summary=f"{endpoint.title}: {endpoint.method} to {host}."
            if changes
            else f"{endpoint.title}: it stands so already, nothing would change.",
            changes=changes,
            blast_radius=(host,),
            undo=endpoint.taken_back(arguments),
            evidence=(evidence(self._asking, before, context, f"{endpoint.title}: how it stands now."),)
            if before
            else (),
            warnings=self._warnings(),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return what the endpoint declares."""
        return self._asking.endpoint.measured(arguments)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Send it, once under its key."""
        values = given_values(arguments)
        undo = self._asking.endpoint.taken_back(arguments)

        async def sent() -> Outcome:
            try:
                answered = await self._asking.send(values, context.key, context.deadline_s)
                return outcome(self._asking, answered, context, undo)
            except ConnectorRejected as refusal:
                if (refusal.status or 0) >= 500:  # noqa: PLR2004 - the server's own fault: it may have acted
                    raise ConnectorUnreachable(refusal.message, status=refusal.status) from None
                return Outcome(ok=False, summary=refusal.message, error_code=refusal.code)
            except ConnectorUnreachable:
                raise
            except ConnectorError as unreadable:  # it was answered, and nobody can say how
                raise ConnectorUnreachable(unreadable.message) from unreadable

        return await self._once.act(values, context, sent)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the request under this key, as we remember it or as the server tells."""
        declared = self._asking.endpoint.look

        async def looked(values: dict[str, JsonValue]) -> Outcome | None:
            if declared is None:  # it changes nothing: sent again, it brings the same
                return None
            answered = await self._asking.get(declared.url, {**values, KEY: context.key}, context.deadline_s)
            if answered.status in declared.absent:
                return None
            if answered.status not in declared.found:
                raise ConnectorUnreachable(
                    f"expected {self._asking.source} to say whether it took effect, found {answered.status}"
                )
            summary = f"{self._asking.endpoint.title}: it took effect."
            told = evidence(self._asking, answered, context, summary)
            undo = self._asking.endpoint.undo
            return Outcome(ok=True, summary=summary, evidence=(told,), undo=undo.call(values) if undo else None)

        return await self._once.look(context, looked)

    async def _before(self, values: dict[str, JsonValue], context: CallContext) -> Answered | None:
        state = self._asking.endpoint.state
        if state is None:
            return None
        answered = await self._asking.get(state.url, values, context.deadline_s)
        if not 200 <= answered.status < 300:  # noqa: PLR2004 - the statuses of success
            raise ConnectorRejected(
                f"expected {self._asking.source} to say how it stands now, found {answered.status}",
                status=answered.status,
            )
        return answered

    def _changes(self, values: dict[str, JsonValue], before: Answered | None) -> tuple[Change, ...]:
        state = self._asking.endpoint.state
        if state is not None and before is not None:
            now, then = at(before.json, state.value), filled(state.after, values)
            if single(now) == then and now is not None:
                return ()
            return (Change(field=state.value, before=plain(now)[:LONGEST_SHOWN], after=plain(then)),)
        shown = (
            f"{self._asking.endpoint.method} {self._asking.url(self._asking.endpoint.url, {**values, KEY: 'KEY'})}"
        )
        content = filled(self._asking.endpoint.body, {**values, KEY: "KEY"})
        told = "" if content is None else f" {canonical(content).decode()}"
        return (Change(field="request", before="not sent", after=f"{shown}{told}"[:LONGEST_SHOWN]),)

    def _warnings(self) -> tuple[str, ...]:
        endpoint = self._asking.endpoint
        warnings = {
            "What you fill in is sent out.": endpoint.effect is Effect.EGRESS,
            "It cannot be taken back.": endpoint.effect is Effect.DESTRUCTIVE,
        }
        return tuple(warning for warning, applies in warnings.items() if applies)
