"""A program that the settings allow to be run, as a list of arguments. No shell is ever involved. Pure."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from memory.model.plan import Effect
from memory.model.value import Digest, JsonValue, Value
from tools.declared.hand import Declared
from tools.declared.templates import gaps, only_gap

Argument = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Program = Annotated[str, Field(pattern=r"^/[^\x00]*$", max_length=1000)]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Bounds(Value):
    """The most that a program may take: seconds, bytes, and what the kernel holds it to."""

    seconds: float = Field(default=30.0, gt=0, le=3600)
    output_bytes: int = Field(default=65_536, ge=1, le=10_000_000)
    cpu_s: int = Field(default=60, ge=1, le=3600)
    memory_mb: int = Field(default=1024, ge=16, le=1_048_576)
    file_mb: int = Field(default=64, ge=0, le=1_048_576)
    open_files: int = Field(default=256, ge=8, le=65_536)


class CommandLook(Value):
    """How to find out whether a run took effect: the same program with these arguments, by its exit code."""

    arguments: tuple[Argument, ...]
    found: tuple[int, ...] = (0,)
    absent: tuple[int, ...] = (1,)


class Command(Declared):
    """One program with its arguments, each a text as it stands or one gap and nothing else.

    `sha256` pins the program; `environment` and `secrets` are all the environment there is; `dry_run` are the
    arguments with which it only tells what it would do; `value` finds the number in its output.
    """

    program: Program
    sha256: Digest | None = None
    arguments: tuple[Argument, ...] = ()
    environment: dict[Variable, str] = Field(default_factory=dict)
    secrets: dict[Variable, SecretStr] = Field(default_factory=dict)
    directory: Program = "/"
    bounds: Bounds = Bounds()
    exit_codes: tuple[int, ...] = (0,)
    dry_run: tuple[Argument, ...] | None = None
    look: CommandLook | None = None
    value: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _safe(self) -> Self:
        for argument in self.lists():
            if gaps(argument) and only_gap(argument) is None:
                raise ValueError(f"{self.name} fills a gap inside {argument!r}: a gap is a whole argument")
        if self.effect is Effect.READ and self.undo is not None:
            raise ValueError(f"{self.name} only looks: there is nothing to take back")
        return self

    def lists(self) -> tuple[str, ...]:
        """Return every argument of every variant."""
        look = self.look.arguments if self.look else ()
        return (*self.arguments, *(self.dry_run or ()), *look)

    def _templates(self) -> Iterator[JsonValue]:
        yield from super()._templates()
        yield from self.lists()
