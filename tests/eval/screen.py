"""The evaluation on a terminal: a table of headlines, and the mistakes one by one."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.eval.report import Report
from tests.eval.score import Answer, Rate, Scores, is_exact, is_right, label


def show(report: Report, console: Console) -> None:
    """Print the headline numbers of every half and public set."""
    table = Table(title=f"Interpreter at {report.revision}", title_justify="left")
    for column in ("set", "lines", "right outcome", "right tool", "exact arguments", "false action", "lines/s"):
        table.add_column(column)
    for half, found in report.halves.items():
        table.add_row(*_row(half.value, found.phrasings))
        table.add_row(*_row(f"{half} follow-ups", found.follow_ups.turns))
    for source, scores in report.public.items():
        table.add_row(*_row(source.value, scores))
    console.print(table)
    if report.public_absent:
        console.print(f"public sets skipped: {report.public_absent}")


def _row(name: str, found: Scores) -> tuple[str, ...]:
    speed = f"{found.speed.lines_per_s:.0f}" if found.speed else "—"
    rates = (found.outcome, found.tool, found.arguments)
    return (name, str(found.lines), *map(_brief, rates), _brief(found.safety.false_action, 2), speed)


def _brief(rate: Rate, digits: int = 1) -> str:
    return "—" if rate.share is None else f"{rate.share * 100:.{digits}f} % ({rate.hits}/{rate.of})"


def show_errors(answers: list[Answer], console: Console) -> None:
    """Print every line whose outcome is not exact: the words, what was expected, what was found."""
    wrong = [answer for answer in answers if not is_exact(answer)]
    for answer in wrong:
        asked, intent = answer.asked, answer.intent
        mark = "arguments" if is_right(answer) else "outcome"
        found = f"{label(intent)} {intent.values()} {intent.confidence:.2f}"
        for line in (
            f"{mark:<10}{asked.text[:160]!r}",
            f"{'':10}expected {label(asked)} {asked.arguments or ''}",
            f"{'':10}found    {found}",
        ):
            console.print(Text(line), soft_wrap=True)
    console.print(f"{len(wrong)} of {len(answers)} lines")
