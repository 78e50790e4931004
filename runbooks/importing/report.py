"""What came of importing one file: per step, what its commands would do and why nothing here carries them out."""

from collections.abc import Sequence
from typing import Literal

from memory.model.plan import Effect, Tier
from memory.model.value import Value
from runbooks.importing.blocks import Command

MARKS = {Effect.READ: "looks", Effect.WRITE: "changes", Effect.EGRESS: "sends", Effect.DESTRUCTIVE: "destructive"}


class StepReport(Value):
    """One step of an imported runbook. `line` is where it stands in the source; `why` it only suggests."""

    number: int
    title: str
    line: int
    why: str
    effect: Effect = Effect.READ
    gated: bool = False  # nobody follows it without a second person's yes
    commands: tuple[Command, ...] = ()


class ImportReport(Value):
    """What was read, what was made of it, and what a person should know. `notes` tell of what was mended."""

    file: str
    format: Literal["markdown", "ssm"]
    id: str
    title: str
    tier: Tier = Tier.SUGGEST
    why: str
    steps: tuple[StepReport, ...]
    notes: tuple[str, ...] = ()

    @property
    def commands(self) -> int:
        """Return how many commands there are."""
        return sum(len(step.commands) for step in self.steps)

    @property
    def destructive(self) -> int:
        """Return how many of them cannot be taken back."""
        return sum(each.verdict.effect is Effect.DESTRUCTIVE for step in self.steps for each in step.commands)


class Imported(Value):
    """A runbook of ours made from a file of another kind, as text, and the report on it."""

    text: str
    report: ImportReport


def as_markdown(reports: Sequence[ImportReport]) -> str:
    """Return reports as a document for people."""
    parts = ["# Import report", "", f"{len(reports)} files, {sum(each.commands for each in reports)} commands."]
    for report in reports:
        parts += ["", *_one(report)]
    return "\n".join(parts) + "\n"


def _one(report: ImportReport) -> list[str]:
    lines = [
        f"## {_cell(report.title)}",
        "",
        f"From `{_cell(report.file)}` to `{report.id}`, tier *{report.tier.value}*. {report.why}",
        *(f"- {_cell(note)}" for note in report.notes),
        "",
        "| step | line | commands | effect | why it only suggests |",
        "|---|---|---|---|---|",
    ]
    for step in report.steps:
        effect = MARKS[step.effect] + (", gated" if step.gated else "")
        cells = (f"{step.number}. {_cell(step.title)}", step.line, len(step.commands), effect, _cell(step.why))
        lines.append(f"| {' | '.join(map(str, cells))} |")
    worst = [each for step in report.steps for each in step.commands if each.verdict.effect is Effect.DESTRUCTIVE]
    told = [f"- line {each.line}, destructive: {_cell(each.verdict.why)}" for each in worst]
    return [*lines, "", *told] if told else lines


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
