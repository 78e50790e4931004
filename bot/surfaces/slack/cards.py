"""A plan in Slack, as people decide on it: exact arguments, what changes, how it is taken back, who decided. Pure.

A message in a channel is seen by everybody, so it shows the buttons that anybody could press; whether they may is
asked again when they do.
"""

from bot.surfaces.background import MOST_EVIDENCE, NO_BACKGROUND, Background
from bot.surfaces.places import Places
from bot.surfaces.prose import marked, measured, needs, provenance, short_digest, status, untrusted
from bot.surfaces.slack.blocks import Look, actions, asking, button, context, divider, header
from bot.surfaces.slack.offering import WAITING, asked_for
from bot.surfaces.slack.presses import pressed_on
from bot.surfaces.slack.rich import Block, Piece, joined, link, moment, rich, section, words
from memory.model.evidence import Evidence
from memory.model.intent import Provenance
from memory.model.talk import Button, ButtonAction, Card, CardStep, Fact

Line = list[Piece]


def card_blocks(card: Card, places: Places, background: Background = NO_BACKGROUND) -> list[Block]:
    """Return the card from top to bottom, its buttons last."""
    return [
        header(card.title),
        context(f"{status(card.status)} · asked by {card.requester}{background.owned(card)}"),
        *_alarms(card),
        *[rich(section(joined(_step(number, step)))) for number, step in enumerate(card.steps, 1)],
        *_rests_on(background.evidence, places),
        divider(),
        rich(section(joined(_facts(card)))),
        *actions(f"card:{card.run}", [*[_pressed(each, card, places) for each in card.buttons], *asked_for(card)]),
    ]


def choices(card: Card, places: Places) -> list[Block]:
    """Return what one person may do about a plan, as a row of buttons for their eyes alone."""
    return actions(f"mine:{card.run}", [_pressed(each, card, places) for each in card.buttons])


def card_text(card: Card) -> str:
    """Return the card in one line, for a notification."""
    return f"{status(card.status)}: {card.title}"


def _rests_on(evidence: tuple[Evidence, ...], places: Places) -> list[Block]:
    lines: list[Line] = [[words("Rests on:", bold=True)]] if evidence else []
    for fact in evidence[:MOST_EVIDENCE]:
        leads, value = places.safe(fact.link), measured(fact)
        source = link(leads, fact.source) if leads else words(fact.source)
        lines.append([source, words(f": {fact.summary}" + (f" ({value})" if value else ""))])
    return [rich(section(joined(lines)))] if lines else []


def _alarms(card: Card) -> list[Block]:
    lines: list[Line] = []
    if card.break_glass:
        lines.append([words(card.break_glass, bold=True)])
    if card.untrusted:
        lines.append([words(untrusted(card), bold=True)])
    lines += [[words("Careful: ", bold=True), words(warning)] for warning in card.warnings]
    return [rich(section(joined(lines)))] if lines else []


def _step(number: int, step: CardStep) -> list[Line]:
    mark = marked(step.status)
    lines: list[Line] = [[words(f"{mark}{number}. "), words(step.says, bold=True)]]
    lines += [[words(step.tool, code=True)]]
    lines += [_argument(fact) for fact in step.arguments]
    lines += [
        [
            words(f"{change.field}: "),
            words(change.before, code=True, struck=True),
            words(" → "),
            words(change.after, code=True),
        ]
        for change in step.changes
    ]
    lines += [[words("Checked by: "), words(check)] for check in step.checks]
    lines += [[words("Undo: "), words(step.undo)]] if step.undo else []
    lines += [[words(f"Took {step.took_s:.1f} s")]] if step.took_s is not None else []
    lines += [[words(step.waiting, bold=True)]] if step.waiting else []
    lines += [[words(step.result, italic=True)]] if step.result else []
    return lines


def _argument(fact: Fact) -> Line:
    said = fact.provenance is Provenance.SAID
    line = [words(f"{fact.name} = "), words(fact.value, code=True)]
    origin = words(f" ({provenance(fact.provenance)})", bold=fact.provenance is Provenance.UNTRUSTED)
    return line if said else [*line, origin]


def _facts(card: Card) -> list[Line]:
    facts = [
        ("Touches", ", ".join(card.blast_radius)),
        ("Needs", needs(card)),
        ("Before now", " ".join(card.history)),
        ("Policy", card.policy),
        ("Digest", short_digest(card)),
    ]
    lines = [[words(f"{name}: "), words(value, code=name == "Digest")] for name, value in facts if value]
    if card.expires_at is not None and card.status == WAITING:
        lines.append([words("Waits until: "), moment(card.expires_at)])
    lines += [[words(line, bold=True)] for line in (*card.decided, card.state) if line]
    lines += [[words("Measured: "), words(line)] for line in card.measured]
    results = {step.result for step in card.steps}
    return [*lines, [words(card.summary)]] if card.summary and card.summary not in results else lines


def _pressed(given: Button, card: Card, places: Places) -> Block:
    """Return a button of the card. What it is about is its value: the run, and the digest that was seen."""
    look: Look | None = "primary" if given.primary else "danger" if given.danger else None
    value = pressed_on(given.value, given.plan_digest or "")
    pressed = button(given.label, given.action.value, value, look=look, url=_leads(given, places))
    if given.action is ButtonAction.APPROVE:
        return asking(pressed, "Approve this plan?", card.title, "Approve")
    if given.action is ButtonAction.CANCEL:
        return asking(pressed, "Cancel this run?", "What it did is taken back, step by step.", "Cancel it")
    return pressed


def _leads(given: Button, places: Places) -> str:
    match given.action:
        case ButtonAction.SIGN:
            return places.approving(given.value)
        case ButtonAction.RECEIPTS:
            return places.receipts(given.value)
        case _:
            return ""
