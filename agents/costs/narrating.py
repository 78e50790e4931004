"""An answer about costs as every surface shows it: sentence with evidence, table as lines, exact filters. Pure."""

from collections.abc import Iterator

from pydantic import ValidationError

from agents.answer import Answer, AnswerKind
from agents.costs.answer import AnswerLine, CostAnswer
from agents.costs.charting import name_of
from agents.costs.phrasing import QUANTITIES, money, percent, quantity
from agents.costs.plan import Asked
from agents.costs.sentences import exact
from agents.footnotes import Footnotes
from agents.units import sentence
from memory.model.cost import Measure
from memory.model.intent import Intent
from memory.model.run import Outcome
from memory.model.talk import Button, ButtonAction

MOST_LINES = 12


def narrated_costs(intent: Intent, outcome: Outcome) -> Answer | None:
    """Return the answer, None where the outcome holds none that can be read."""
    try:
        told = CostAnswer.model_validate(outcome.data.get("costs"))
    except ValidationError:
        return None
    notes = Footnotes()
    text = f"{told.sentence.rstrip('.')}{notes.cite(*outcome.evidence)}"
    parts = [sentence(text), *_lines(told), *_small(told)]
    return Answer(
        kind=AnswerKind.ANSWER,
        text="\n".join(parts),
        intent=intent,
        evidence=notes.evidence,
        charts=told.charts,
        buttons=tuple(Button(label=each.label, action=ButtonAction.SAY, value=each.says) for each in told.buttons),
        missing=outcome.missing,
    )


def _lines(told: CostAnswer) -> Iterator[str]:
    lines = told.lines if len(told.lines) > 1 else ()
    for line in lines[:MOST_LINES]:
        yield f"- {line_of(line, told)}"
    if len(lines) > MOST_LINES:
        yield f"- and {len(lines) - MOST_LINES} more"


def line_of(line: AnswerLine, told: CostAnswer) -> str:
    """Return a line of the table as text: `payments: 1,234.56 USD (41 %), 12.00 USD more than before`."""
    name = name_of(line)
    when = f"{line.at:%-d %b %Y}{f' {line.at:%H:%M}' if line.at.hour else ''}" if line.at is not None else ""
    head = ", ".join(filter(None, (when, name))) or "in all"
    if line.driver is not None or told.asked is Asked.WHY:
        return f"{head}: {'+' if line.cost > 0 else ''}{money(line.cost, line.currency)}"
    if line.price is not None:
        return f"{head}: {exact(line.price)} {line.currency} each, {money(line.cost, line.currency)} in all"
    if told.asked is Asked.DISCOUNT and line.whole is not None:
        saved = f"{money(line.whole - line.cost, line.currency)} below list prices"
        return f"{head}: {saved}{f' ({percent(1 - line.share)})' if line.share is not None else ''}"
    measure = told.plan.query.measure if told.plan else Measure.EFFECTIVE
    said = quantity(line.cost) if measure in QUANTITIES else money(line.cost, line.currency)
    share = (
        f" ({percent(line.share)})"
        if line.share is not None
        and told.plan is not None
        and (told.plan.query.grain is None or told.asked is Asked.SHARE)
        else ""
    )
    return f"{head}: {said}{share}{_against(line, measure)}"


def _against(line: AnswerLine, measure: Measure) -> str:
    if line.before is None:
        return ""
    difference = line.cost - line.before
    if not difference:
        return ", as before"
    amount = abs(difference)
    said = quantity(amount) if measure in QUANTITIES else money(amount, line.currency)
    return f", {said} {'more' if difference > 0 else 'less'} than before"


def _small(told: CostAnswer) -> Iterator[str]:
    if told.filters:
        yield f"Counted: {'; '.join(told.filters)}."
    for note in told.notes:
        yield f"Note: {note}."
    if told.bills.says and told.asked is not Asked.FRESHNESS:
        yield told.bills.says
