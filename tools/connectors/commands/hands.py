"""The hands of a command: one that looks, and one that acts."""

import re
from collections.abc import Iterable

from memory.canonical import canonical
from memory.errors import ConnectorError, ConnectorUnreachable, InvalidInput
from memory.model.evidence import Evidence
from memory.model.plan import Call, Check, Effect
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities.commands import capability
from tools.connectors.commands.running import Ran, Running
from tools.contract import Arguments, CallContext
from tools.declared.command import Command
from tools.declared.hand import given_values
from tools.declared.templates import KEY, only_gap, plain
from tools.hands import evidence_id
from tools.once import Attempts, Once

LONGEST_TEXT = 4000


def argument_list(command: Command, templates: Iterable[str], values: dict[str, JsonValue]) -> list[str]:
    """Return the arguments of a run, each gap one whole argument; what is absent is left out.

    Raises `InvalidInput` for a value that begins with a dash, which a program would take for an option, unless the
    parameter allows it.
    """
    made: list[str] = []
    for template in templates:
        name = only_gap(template)
        if name is None:
            made.append(template)
            continue
        value = values.get(name)
        if value is None:
            continue
        text = plain(value)
        parameter = command.parameters.get(name)
        if text.startswith("-") and isinstance(value, str) and not (parameter and parameter.dash):
            raise InvalidInput(f"expected {name} to begin with no dash, found {text[:40]!r}")
        made.append(text)
    return made


class _Hand:
    """What both hands of a command have in common."""

    def __init__(self, running: Running) -> None:
        self.capability = capability(running.command)
        self._running = running
        self._command = running.command

    async def _ran(self, templates: tuple[str, ...], values: dict[str, JsonValue], context: CallContext) -> Ran:
        arguments = argument_list(self._command, templates, {**values, KEY: context.key})
        return await self._running.run(arguments, max(context.deadline_s, self._command.bounds.seconds))

    def _outcome(self, ran: Ran, context: CallContext, undo: Call | None = None) -> Outcome:
        if ran.code not in self._command.exit_codes:
            return Outcome(
                ok=False,
                summary=f"{self._command.title}: the program failed with exit code {ran.code}.",
                evidence=(self._evidence(ran, context, "It failed."),),
                error_code=ConnectorError.code,
            )
        summary = f"{self._command.title}: done."
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(self._evidence(ran, context, summary),),
            value=self._value(ran),
            missing=(f"{self._running.source}: its output is cut",) if ran.cut else (),
            undo=undo,
            data={"exit_code": ran.code},
        )

    def _evidence(self, ran: Ran, context: CallContext, summary: str) -> Evidence:
        text = "\n".join(filter(None, [ran.output, ran.errors]))
        return Evidence(
            id=evidence_id(context, self._running.source),
            source=self._running.source,
            query=" ".join((self._command.program, *self._command.arguments)),
            summary=summary,
            observed_at=context.now,
            value=ran.code,
            text=text[:LONGEST_TEXT],
        )

    def _value(self, ran: Ran) -> float | None:
        """Return the number in the output: all of it, or what `value` captures."""
        found = re.search(self._command.value, ran.output) if self._command.value else None
        text = found[found.lastindex or 0] if found else "" if self._command.value else ran.output
        try:
            return float(text)
        except ValueError:
            return None


class CommandRead(_Hand):
    """Serves a command that only looks."""

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what the program tells; raises `ConnectorError` where it fails."""
        outcome = self._outcome(
            await self._ran(self._command.arguments, given_values(arguments), context), context
        )
        if not outcome.ok:
            raise ConnectorError(outcome.summary, body=outcome.evidence[0].text)
        return outcome


class CommandAct(_Hand):
    """Serves a command that changes something, or sends something out."""

    def __init__(self, running: Running, attempts: Attempts) -> None:
        super().__init__(running)
        self._once = Once(attempts, self.capability.name)

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return exactly what would be run and, where the command has a dry run, what that tells."""
        values = given_values(arguments)
        made = argument_list(self._command, self._command.arguments, {**values, KEY: "KEY"})
        tried = await self._tried(values, context)
        told = (self._evidence(tried, context, f"{self._command.title}: the dry run."),) if tried else ()
        change = Change(
            field="command", before="not run", after=canonical([self._command.program, *made]).decode()
        )
        warnings = {
            "It has no dry run: what it would change is not known beforehand.": tried is None,
            "It cannot be taken back.": self._command.effect is Effect.DESTRUCTIVE,
        }
        return Preview(
            call=Call(tool=self.capability.name, arguments=values),
            summary=f"{self._command.title}: would be run.",
            changes=(change, *_told(tried)),
            undo=self._command.taken_back(arguments),
            evidence=told,
            warnings=tuple(warning for warning, applies in warnings.items() if applies),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return what the command declares."""
        return self._command.measured(arguments)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Run it, once under its key."""
        values, undo = given_values(arguments), self._command.taken_back(arguments)

        async def ran() -> Outcome:
            return self._outcome(await self._ran(self._command.arguments, values, context), context, undo)

        return await self._once.act(values, context, ran)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the run under this key, as we remember it or as the program's own look tells."""
        declared = self._command.look
        if declared is None:
            return await self._once.look(context, None)

        async def looked(values: dict[str, JsonValue]) -> Outcome | None:
            ran = await self._ran(declared.arguments, values, context)
            if ran.code in declared.absent:
                return None
            if ran.code not in declared.found:
                raise ConnectorUnreachable(
                    f"expected {self._running.source} to say whether it took effect, found exit code {ran.code}"
                )
            summary = f"{self._command.title}: it took effect."
            undo = self._command.undo
            return Outcome(
                ok=True,
                summary=summary,
                evidence=(self._evidence(ran, context, summary),),
                undo=undo.call(values) if undo else None,
            )

        return await self._once.look(context, looked)

    async def _tried(self, values: dict[str, JsonValue], context: CallContext) -> Ran | None:
        if self._command.dry_run is None:
            return None
        ran = await self._ran(self._command.dry_run, values, context)
        if ran.code not in self._command.exit_codes:
            raise ConnectorError(
                f"expected the dry run of {self._running.source} to succeed, found exit code {ran.code}",
                body=ran.errors[:LONGEST_TEXT],
            )
        return ran


def _told(tried: Ran | None) -> tuple[Change, ...]:
    """Return what a dry run says would change. It is the program's own word, quoted."""
    return (Change(field="dry run", before="", after=tried.output[:LONGEST_TEXT]),) if tried else ()
