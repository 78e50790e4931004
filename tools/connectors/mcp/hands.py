"""The hands of an imported tool: one that looks, and one that acts. Each sees first that the tool is unchanged."""

from memory.canonical import canonical
from memory.errors import ConnectorError, ConnectorRejected, ConnectorUnreachable
from memory.model.plan import Call, Check, Effect
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.connectors.mcp.answering import outcome
from tools.connectors.mcp.pinned import Pinned
from tools.contract import Arguments, CallContext, Capability
from tools.declared.hand import given_values
from tools.declared.server import ToolTerms
from tools.declared.templates import KEY, filled
from tools.json_path import at
from tools.once import Attempts, Once

LONGEST_SHOWN = 2000
_NOES: tuple[JsonValue, ...] = (None, False, 0, "", [], {})


class _Hand:
    """What both hands of a tool have in common."""

    def __init__(self, capability: Capability, tool: str, terms: ToolTerms, pinned: Pinned) -> None:
        self.capability = capability
        self._tool = tool
        self._terms = terms
        self._pinned = pinned

    def _sent(self, values: dict[str, JsonValue], key: str) -> dict[str, JsonValue]:
        return {**values, self._terms.key_argument: key} if self._terms.key_argument else values


class McpRead(_Hand):
    """Serves an imported tool that only looks, as a person said of it."""

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what the tool tells; raises `ConnectorError`, or `ToolChanged`."""
        await self._pinned.verify(self._tool, context.now)
        sent = self._sent(given_values(arguments), context.key)
        result = await self._pinned.session.call(self._tool, sent, context.key)
        told = outcome(self.capability, result, self._terms.value, context)
        if not told.ok:
            raise ConnectorRejected(told.summary, body=told.evidence[0].text[:400])
        return told


class McpAct(_Hand):
    """Serves an imported tool that changes something, or sends something out."""

    def __init__(
        self, capability: Capability, tool: str, terms: ToolTerms, pinned: Pinned, attempts: Attempts
    ) -> None:
        super().__init__(capability, tool, terms, pinned)
        self._once = Once(attempts, capability.name)

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return exactly what would be sent. The protocol has no dry run, and the tool is not called."""
        await self._pinned.verify(self._tool, context.now)
        values = given_values(arguments)
        shown = canonical(self._sent(values, "KEY")).decode()
        changes = self.capability.effect in {Effect.WRITE, Effect.DESTRUCTIVE}
        warnings = {
            "What it would change is not known beforehand: the protocol has no dry run.": True,
            "It cannot be taken back.": self.capability.effect is Effect.DESTRUCTIVE,
            "If it breaks off, nobody can find out whether it took effect.": changes and self._terms.look is None,
            "What you fill in is sent out.": self.capability.effect is Effect.EGRESS,
        }
        return Preview(
            call=Call(tool=self.capability.name, arguments=values),
            summary=f"{self.capability.title}: would be called.",
            changes=(Change(field=self._tool, before="not called", after=shown[:LONGEST_SHOWN]),),
            blast_radius=(self._pinned.session.source,),
            undo=self._terms.undo.call(values) if self._terms.undo else None,
            warnings=tuple(warning for warning, applies in warnings.items() if applies),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return what the settings declare."""
        values = given_values(arguments)
        return tuple(each.check(values) for each in self._terms.checks)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Call it, once under its key; the key goes with the call."""
        values = given_values(arguments)
        undo = self._terms.undo.call(values) if self._terms.undo else None

        async def called() -> Outcome:
            try:
                result = await self._pinned.session.call(self._tool, self._sent(values, context.key), context.key)
            except ConnectorRejected as refusal:
                return Outcome(ok=False, summary=refusal.message, error_code=refusal.code)
            except ConnectorUnreachable:
                raise
            except ConnectorError as unreadable:  # it was answered, and nobody can say how
                raise ConnectorUnreachable(unreadable.message) from unreadable
            return outcome(self.capability, result, self._terms.value, context, undo)

        await self._pinned.verify(self._tool, context.now)
        return await self._once.act(values, context, called)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the call under this key, as we remember it or as the server's look tells."""
        declared = self._terms.look
        if declared is None:
            changes = self.capability.effect in {Effect.WRITE, Effect.DESTRUCTIVE}
            return await self._once.look(context, None if changes else _nothing)

        async def looked(values: dict[str, JsonValue]) -> Outcome | None:
            await self._pinned.verify(declared.tool, context.now)
            asked = filled(dict(declared.arguments), {**values, KEY: context.key})
            sent = asked if isinstance(asked, dict) else {}
            result = await self._pinned.session.call(declared.tool, sent, context.key)
            if result.is_error:
                raise ConnectorUnreachable(f"expected {self._pinned.session.source} to say whether it took effect")
            if at(result.structured_content, declared.value) in _NOES:
                return None
            undo = self._terms.undo.call(values) if self._terms.undo else None
            told = outcome(self.capability, result, self._terms.value, context, undo)
            return told.model_copy(update={"summary": f"{self.capability.title}: it took effect."})

        return await self._once.look(context, looked)


async def _nothing(values: dict[str, JsonValue]) -> None:
    """Say that a call that changes nothing took no effect: made again, it brings the same."""
    del values
