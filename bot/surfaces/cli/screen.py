"""Where a command prints: for a person, words and tables; for a program, exactly one JSON document."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from pydantic import BaseModel
from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.status import Status
from rich.text import Text

from bot.surfaces.cli.plain import plain
from memory.errors import InvalidInput, QuarterdeckError

Follow = Callable[[RenderableType, Mapping[str, object] | None], None]


class Screen:
    """Standard output for the result, standard error for everything on the way to it."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._out = Console(highlight=False, emoji=False, markup=False)
        self._err = Console(stderr=True, highlight=False, emoji=False, markup=False)

    def show(self, result: BaseModel | Mapping[str, object], *parts: RenderableType) -> None:
        """Print the result: as JSON, or as these parts with a blank line between them."""
        if self.as_json:
            self._print_json(result)
            return
        self.tell(*parts)

    def tell(self, *parts: RenderableType) -> None:
        """Print parts for a person; a program gets nothing of this."""
        if self.as_json:
            return
        for part in parts:
            self._out.print(part, soft_wrap=isinstance(part, Text) and bool(part.no_wrap))

    def fail(self, error: QuarterdeckError) -> None:
        """Print an error: what was expected and found, and what to do next."""
        if self.as_json:
            self._print_json({"error": {"code": error.code, "message": error.message, "hint": error.hint}})
            return
        text = Text.assemble(("✘ ", "bold red"), (plain(error.message), "bold"), (f"  [{error.code}]", "dim"))
        if error.hint:
            text.append(f"\n  {plain(error.hint)}", style="default")
        self._err.print(text)

    def note(self, text: str) -> None:
        """Print a remark that is no part of the result."""
        if not self.as_json:
            self._err.print(Text(plain(text), style="dim"))

    @contextmanager
    def waiting(self, what: str) -> Iterator["Waiting"]:
        """Show that something goes on, as long as the block lasts, on a terminal only."""
        if not self._err.is_terminal or self.as_json:
            yield Waiting(None)
            return
        with self._err.status(Text(plain(what))) as status:
            yield Waiting(status)

    @property
    def grows(self) -> bool:
        """Return whether somebody looks on while an answer is made."""
        return self._out.is_terminal and not self.as_json

    @contextmanager
    def growing(self) -> Iterator[Callable[[RenderableType], None]]:
        """Show something in place that grows, and is gone when the block ends."""
        with Live(console=self._out, auto_refresh=False, transient=True, vertical_overflow="visible") as live:
            yield lambda picture: live.update(picture, refresh=True)

    @contextmanager
    def following(self) -> Iterator["Follow"]:
        """Show something that changes, in place on a terminal and else once a change; a line of JSON with --json.

        What it yields takes the picture as it is now, and what to tell where that changed.
        """
        if self.as_json:
            yield lambda _, changed: None if changed is None else self._print_line(changed)
        elif not self._out.is_terminal:
            yield lambda picture, changed: None if changed is None else self.tell(picture)
        else:
            with Live(console=self._out, auto_refresh=False, transient=True, vertical_overflow="crop") as live:
                yield lambda picture, _: live.update(picture, refresh=True)

    def line(self, picture: RenderableType, told: Mapping[str, object]) -> None:
        """Print one thing of a stream: what a person sees of it, or a line of JSON with --json."""
        if self.as_json:
            self._print_line(told)
        else:
            self.tell(picture)

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """Show a bar of how much of how much is done, as long as the block lasts, on a terminal only."""
        if not self._err.is_terminal or self.as_json:
            yield lambda _done, _total: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._err, transient=True) as bar:
            task = bar.add_task(what)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    def confirm(self, question: str) -> bool:
        """Ask a yes-or-no question; raises `InvalidInput` where nobody is there to answer it."""
        if self.as_json or not sys.stdin.isatty():
            raise InvalidInput("expected --yes where nobody can be asked, found none")
        answer = self._out.input(Text(f"{plain(question)} [y/N] ", style="bold"))
        return answer.strip().lower() in {"y", "yes"}

    def prompt(self) -> str:
        """Return what a person types next, empty when they are done."""
        try:
            return self._out.input(Text("> ", style="bold cyan")).strip()
        except EOFError:
            return ""

    def now(self) -> datetime:
        """Return the machine's time, against which moments are shown."""
        return datetime.now(UTC)

    def _print_line(self, told: Mapping[str, object]) -> None:
        sys.stdout.write(f"{json.dumps(dict(told), ensure_ascii=False)}\n")
        sys.stdout.flush()

    def _print_json(self, result: BaseModel | Mapping[str, object]) -> None:
        plain_result = result.model_dump(mode="json") if isinstance(result, BaseModel) else dict(result)
        sys.stdout.write(f"{json.dumps(plain_result, ensure_ascii=False, indent=2)}\n")
        sys.stdout.flush()


class Waiting:
    """Says what is being waited for, while it is."""

    def __init__(self, status: Status | None) -> None:
        self._status = status

    def __call__(self, what: str) -> None:
        """Change what is said."""
        if self._status is not None:
            self._status.update(Text(plain(what)))


def spaced(parts: Iterable[RenderableType]) -> Iterator[RenderableType]:
    """Yield the parts with a blank line between them."""
    for number, part in enumerate(parts):
        if number:
            yield ""
        yield part
