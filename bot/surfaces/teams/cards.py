"""A plan in Teams: exact arguments, what changes, how it is taken back, who decided. Pure.

The card that everybody sees has no button that decides: guests may see it, and people who may not. Whom Teams
asks it for, and who presses "What can I do?", gets a view of their own, with what they may press; whether they may
is asked again when they do.
"""

from collections.abc import Sequence
from typing import Final

from bot.surfaces.background import MOST_EVIDENCE, NO_BACKGROUND, Background
from bot.surfaces.places import Places
from bot.surfaces.prose import marked, measured, needs, provenance, short_digest, status, untrusted
from bot.surfaces.replacing import written
from bot.surfaces.same_again import LABEL
from bot.surfaces.teams.elements import (
    Element,
    Look,
    Run,
    asked,
    card,
    execute,
    field,
    heading,
    line,
    link,
    moment,
    opens,
    words,
)
from bot.surfaces.teams.verbs import ARGUMENT, LONGEST_REASON, MADE, REASON, Verb
from memory.model.intent import Provenance
from memory.model.plan import Call
from memory.model.run import RunStatus
from memory.model.talk import Button, ButtonAction, Card, CardStep, Fact
from memory.model.value import JsonValue

_ASKS_WHY: Final = frozenset({ButtonAction.DENY, ButtonAction.BREAK_GLASS})
_LABELS: Final = {Verb.ASK: "Ask for more", Verb.EDIT: "Edit", Verb.STANDING: LABEL}
_FOR_ALL: Final = frozenset({ButtonAction.WHY, ButtonAction.RECEIPTS})
Line = list[Run]


def base_card(plan: Card, places: Places, people: Sequence[str], rests_on: Background = NO_BACKGROUND) -> Element:
    """Return the card as anybody may see it. These `people` are shown their own view when they look at it."""
    view = execute("What can I do?", Verb.VIEW, _about(plan))
    shared = [_pressed(each, plan, places) for each in plan.buttons if each.action in _FOR_ALL]
    ends = plan.status in _FINAL
    actions = [*([] if ends else [view]), *shared]
    return card(_body(plan, places, rests_on), actions, refresh=None if ends else view, people=people)


def personal_card(plan: Card, places: Places, notes: Sequence[str] = (), further: Sequence[Verb] = ()) -> Element:
    """Return the card as one person sees it, with what there is to tell them, and the buttons they may press."""
    body = [*[line([words(note, bold=True)]) for note in notes], *_body(plan, places, NO_BACKGROUND)]
    if Verb.ASK in further or any(each.action in _ASKS_WHY for each in plan.buttons):
        body.append(asked(REASON, "Why, or what you want to know", LONGEST_REASON))
    own = [execute(_LABELS[each], each, _about(plan)) for each in further]
    return card(body, [*[_pressed(each, plan, places) for each in plan.buttons], *own])


def editing_card(plan: Card, call: Call) -> Element:
    """Return the card on which somebody changes the arguments of a plan of one step."""
    says = f"{call.tool}: this makes a new plan, and the old one is void."
    fields = [field(f"{ARGUMENT}{name}", name, written(value)) for name, value in call.arguments.items()]
    propose = execute("Propose", Verb.PROPOSE, _about(plan), "positive")
    return card(
        [heading(plan.title), line([words(says)]), *fields], [propose, execute("Back", Verb.VIEW, _about(plan))]
    )


def card_text(plan: Card) -> str:
    """Return the card in one line, for a notification."""
    return f"{status(plan.status)}: {plan.title}"


def _body(plan: Card, places: Places, rests_on: Background) -> list[Element]:
    owned = rests_on.owned(plan)
    return [
        heading(plan.title),
        line([words(f"{status(plan.status)} · asked by {plan.requester}{owned}", quiet=True)]),
        *[line(each) for each in _alarms(plan)],
        *[element for number, step in enumerate(plan.steps, 1) for element in _step(number, step)],
        *[line(each) for each in _rests_on(rests_on, places)],
        *[line(each) for each in _facts(plan)],
    ]


def _rests_on(rests_on: Background, places: Places) -> list[Line]:
    lines: list[Line] = [[words("Rests on:", bold=True)]] if rests_on.evidence else []
    for fact in rests_on.evidence[:MOST_EVIDENCE]:
        leads, value = places.safe(fact.link), measured(fact)
        source = link(leads, fact.source) if leads else words(fact.source)
        lines.append([source, words(f": {fact.summary}" + (f" ({value})" if value else ""))])
    return lines


def _alarms(plan: Card) -> list[Line]:
    lines: list[Line] = [[words(plan.break_glass, bold=True)]] if plan.break_glass else []
    if plan.untrusted:
        lines.append([words(untrusted(plan), bold=True)])
    return [*lines, *[[words("Careful: ", bold=True), words(warning)] for warning in plan.warnings]]


def _step(number: int, step: CardStep) -> list[Element]:
    mark = marked(step.status)
    lines: list[Line] = [[words(step.tool, code=True)], *[_argument(fact) for fact in step.arguments]]
    for change in step.changes:
        before, after = words(change.before, code=True, struck=True), words(change.after, code=True)
        lines.append([words(f"{change.field}: "), before, words(" → "), after])
    lines += [[words("Checked by: "), words(check)] for check in step.checks]
    lines += [[words("Undo: "), words(step.undo)]] if step.undo else []
    lines += [[words(f"Took {step.took_s:.1f} s")]] if step.took_s is not None else []
    lines += [[words(step.waiting, bold=True)]] if step.waiting else []
    lines += [[words(step.result, italic=True)]] if step.result else []
    said = line([words(f"{mark}{number}. "), words(step.says, bold=True)], spaced=True)
    return [said, *[line(each) for each in lines]]


def _argument(fact: Fact) -> Line:
    runs = [words(f"{fact.name} = "), words(fact.value, code=True)]
    untrusted = fact.provenance is Provenance.UNTRUSTED
    said = fact.provenance is Provenance.SAID
    return runs if said else [*runs, words(f" ({provenance(fact.provenance)})", bold=untrusted)]


def _facts(plan: Card) -> list[Line]:
    waits = plan.expires_at if plan.status == "waiting" else None
    facts = (
        ("Touches", ", ".join(plan.blast_radius)),
        ("Before now", " ".join(plan.history)),
        ("Needs", needs(plan)),
        ("Policy", plan.policy),
        ("Digest", short_digest(plan)),
        ("Waits until", moment(waits) if waits else ""),
    )
    lines: list[Line] = [[words(f"{name}: "), words(value)] for name, value in facts if value]
    lines += [[words(each, bold=True)] for each in (*plan.decided, plan.state) if each]
    lines += [[words("Measured: "), words(each)] for each in plan.measured]
    results = {step.result for step in plan.steps}
    return [*lines, [words(plan.summary)]] if plan.summary and plan.summary not in results else lines


def _pressed(given: Button, plan: Card, places: Places) -> Element:
    match given.action:
        case ButtonAction.SIGN:
            return opens(given.label, places.approving(given.value))
        case ButtonAction.RECEIPTS:
            return opens(given.label, places.receipts(given.value))
        case _:
            look: Look = "positive" if given.primary else "destructive" if given.danger else "default"
            return execute(given.label, given.action.value, _about(plan), look)


def _about(plan: Card) -> dict[str, JsonValue]:
    """Return what a button sends back: which plan, in which form it was seen."""
    return {"made": MADE, "run": plan.run, "digest": plan.plan_digest}


_FINAL = frozenset(status.value for status in RunStatus if status.final())
