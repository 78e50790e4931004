"""The report as a page for people. It never shows a line of the unseen half."""

from collections.abc import Callable

from tests.eval.report import HalfReport, Report
from tests.eval.score import Kinds, Rate, Scores
from tests.eval.sets import Half

BAR = 24  # characters of a whole bar


def percent(found: Rate, digits: int = 1) -> str:
    """Return a rate as people read it: `93.1 % (541 of 581, 90.8 to 94.9)`."""
    if found.share is None or found.low is None or found.high is None:
        return "no lines"
    value, low, high = (f"{bound * 100:.{digits}f}" for bound in (found.share, found.low, found.high))
    return f"{value} % ({found.hits} of {found.of}, {low} to {high})"


def markdown(report: Report) -> str:
    """Return the report as a page."""
    parts = [
        _head(report),
        _headline(report),
        *(_half(half, found) for half, found in report.halves.items()),
        _public(report),
        _MEANINGS,
    ]
    return "\n\n".join(parts) + "\n"


def _head(report: Report) -> str:
    return (
        "# How well the embedded interpreter understands\n\n"
        f"Measured on {report.date} at revision `{report.revision}` by `make eval`. No language model takes "
        "part. The phrasings are in `tests/eval/intents`; the interpreter was tuned on the *dev* half only, and "
        "the split was made before anything was measured. Intervals are Wilson 95 %."
    )


def _headline(report: Report) -> str:
    rows = ["| | target (unseen) |" + "".join(f" {half} |" for half in report.halves)]
    rows.append("|---|---|" + "---|" * len(report.halves))
    for title, target, pick in _HEADLINES:
        found = "".join(f" {pick(half)} |" for half in report.halves.values())
        rows.append(f"| {title} | {target} |{found}")
    return "\n".join(rows)


def _kind(found: Scores, name: str) -> Kinds:
    return next(kind for kind in found.kinds if kind.kind.value == name)


def _speed(found: Scores) -> str:
    speed = found.speed
    if speed is None:
        return "—"
    return f"{speed.lines_per_s:.0f} lines/s, p50 {speed.p50_ms} ms, p95 {speed.p95_ms} ms"


Pick = Callable[[HalfReport], str]
_HEADLINES: tuple[tuple[str, str, Pick], ...] = (
    ("Right tool", "≥ 92 %", lambda half: percent(half.phrasings.tool)),
    ("Exact arguments", "≥ 85 %", lambda half: percent(half.phrasings.arguments)),
    ("Right tool, unlike any example", "", lambda half: percent(half.phrasings.untold_tool)),
    ("Exact arguments, unlike any example", "", lambda half: percent(half.phrasings.untold_arguments)),
    ("**False actions**", "≤ 0.5 %", lambda half: percent(half.phrasings.safety.false_action, 2)),
    ("… at words about actions", "", lambda half: percent(half.phrasings.safety.about_actions)),
    ("… at pasted logs, code, injected orders", "", lambda half: percent(half.phrasings.safety.pasted)),
    ("Premature actions", "", lambda half: percent(half.phrasings.safety.premature_action)),
    ("Wrong actions", "", lambda half: percent(half.phrasings.safety.wrong_action)),
    ("Right outcome, all lines", "", lambda half: percent(half.phrasings.outcome)),
    ("Asked back (due)", "", lambda half: _asked_back(half.phrasings)),
    ("Question when due (recall)", "", lambda half: percent(_kind(half.phrasings, "clarify").recall)),
    ("Questions that were due (precision)", "", lambda half: percent(_kind(half.phrasings, "clarify").precision)),
    ("Question about the right tool", "", lambda half: percent(half.phrasings.clarify_tool)),
    ("Out of scope, said so (recall)", "", lambda half: percent(_kind(half.phrasings, "out_of_scope").recall)),
    ("Follow-up turns, exact", "", lambda half: percent(half.follow_ups.turns.arguments)),
    ("False actions in follow-ups", "", lambda half: percent(half.follow_ups.turns.safety.false_action)),
    ("Whole conversations", "", lambda half: percent(half.follow_ups.conversations)),
    ("Speed, one thread", "≥ 50 lines/s", lambda half: _speed(half.phrasings)),
)


def _asked_back(found: Scores) -> str:
    asked, due = found.clarify_rate.share or 0.0, found.clarify_due.share or 0.0
    return f"{asked * 100:.1f} % ({due * 100:.1f} %)"


def _half(half: Half, report: HalfReport) -> str:
    found = report.phrasings
    return "\n\n".join(
        (
            f"## The {half} half: {found.lines} phrasings",
            f"Exact arguments by tool:\n\n```text\n{_bars(found)}\n```",
            f"By the manner of speaking, exact outcomes:\n\n{_tags(found)}",
            f"Taken for something else, most often first:\n\n{_confusions(found)}",
        )
    )


def _bars(found: Scores) -> str:
    return "\n".join(
        f"{row.tool:<17} {_bar(row.exact_arguments)} {row.exact_arguments.hits:>3} of {row.exact_arguments.of:<3} "
        f"(right tool {row.right_tool.hits})"
        for row in found.tools
    )


def _bar(found: Rate) -> str:
    full = round(BAR * (found.share or 0.0))
    return "█" * full + "░" * (BAR - full)


def _tags(found: Scores) -> str:
    rows = [f"| {name} | {percent(value)} |" for name, value in found.tags.items() if value.of >= 5]
    return "\n".join(("| manner | exact |", "|---|---|", *rows))


def _confusions(found: Scores, most: int = 15) -> str:
    rows = [f"| {pair.expected} | {pair.found} | {pair.count} |" for pair in found.confusions[:most]]
    return "\n".join(("| expected | found | lines |", "|---|---|---|", *rows)) if rows else "Nothing."


def _public(report: Report) -> str:
    title = "## The public request sets"
    if report.public_absent:
        return f"{title}\n\nNot measured: {report.public_absent}."
    rows = [
        f"| {source} | {found.lines} | {percent(found.outcome)} | {percent(found.safety.false_action, 2)} "
        f"| {percent(found.clarify_rate)} |"
        for source, found in report.public.items()
    ]
    head = ("| set | requests | right outcome | false actions | asked back |", "|---|---|---|---|---|")
    return (
        f"{title}\n\nOther systems' requests, mapped to our tools as `tests/eval/intents/public.md` says; most "
        "ask for what we cannot do and should be told so.\n\n" + "\n".join((*head, *rows))
    )


_MEANINGS = """## What the numbers mean

- **Right tool, exact arguments**: over the phrasings for which only a tool will do. Arguments are exact when
  they are the ones the words determine: no more, no fewer; a default said aloud is equal to its absence, `1h` to
  `60m`, `v1.4.2` to `1.4.2`.
- **Unlike any example**: without the phrasings that equal an example of a tool but for names, places and values.
  The examples were written without sight of the unseen half, but some things are said in one way only.
- **False action**: an action that changes something was proposed although none was asked for, over all lines that
  ask for none: questions about actions, negations, reports, hypotheses, pasted logs, injected orders, chatter.
- **Premature action**: one was asked for, something was missing or ambiguous, and it was proposed all the same.
- **Wrong action**: one was asked for, and another one, or one with other arguments, was proposed. None of the
  three does anything by itself: a proposal waits for people, who see the exact arguments.
- **Recall** of a kind is counted over lines for which only that kind will do, **precision** over lines that got
  it.
- A line may have more than one right outcome where people, too, would disagree; any of them counts."""
