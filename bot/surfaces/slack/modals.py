"""What people are asked in a window: reasons, questions, changed arguments, the inputs of a runbook. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from bot.surfaces.prose import visible
from bot.surfaces.replacing import written
from bot.surfaces.slack import limits
from bot.surfaces.slack.blocks import context, plain_text
from bot.surfaces.slack.presses import Form, Subject
from bot.surfaces.slack.rich import Block
from memory.model.run import Run
from memory.model.value import JsonValue
from runbooks.format import Input

REASON: Final = "reason"
LONGEST_REASON: Final = 1000
_NEEDED: Final = {
    Form.DENY: "Say why: the person who asked is told.",
    Form.ASK: "Say what you would like to know.",
    Form.BREAK_GLASS: "Say why it cannot wait: somebody else reviews it.",
}


def deny(about: Subject) -> Block:
    """Return the window that asks why somebody says no."""
    return _one(Form.DENY, "Deny this plan", "Deny", about, "Why not?")


def ask(about: Subject) -> Block:
    """Return the window that asks what somebody wants to know first."""
    return _one(Form.ASK, "Ask for more", "Ask", about, "What do you want to know?")


def break_glass(about: Subject) -> Block:
    """Return the window in which somebody goes ahead alone."""
    shown = "You go ahead for everybody who is missing. It is shown to all, and somebody else reviews it."
    return _one(Form.BREAK_GLASS, "Break glass", "Go ahead alone", about, "Why can it not wait?", shown)


def edit(run: Run, about: Subject) -> Block:
    """Return the window with the arguments of a plan of one step."""
    call = run.plan.steps[0].call
    fields = [line(name, name, written(value)) for name, value in call.arguments.items()]
    said = f"{call.tool}: this makes a new plan, and the old one is void."
    return window(Form.EDIT, "Edit the plan", "Propose", about, [context(said), *fields])


def runbook(name: str, inputs: Mapping[str, Input], given: Mapping[str, str], about: Subject) -> Block:
    """Return the window that asks for what a runbook needs to be told."""
    fields = [
        line(
            each,
            wanted.says,
            given.get(each, written(wanted.default)),
            optional=wanted.optional or wanted.default is not None,
            hint=f"One of: {', '.join(wanted.choices)}." if wanted.choices else "",
        )
        for each, wanted in inputs.items()
    ]
    return window(Form.RUNBOOK, "Run a runbook", "Propose", about, [context(name), *fields])


def problems(form: str, entered: Mapping[str, str]) -> dict[str, JsonValue]:
    """Return what is wrong with what was entered, by block, before anybody looks at it."""
    if form in set(_NEEDED):
        reason = entered.get(REASON, "")
        if not reason:
            return {REASON: _NEEDED[Form(form)]}
        if len(reason) > LONGEST_REASON:
            return {REASON: f"Keep it within {LONGEST_REASON} characters."}
    return {name: "Use one line." for name, value in entered.items() if form == Form.EDIT and "\n" in value}


def _one(form: Form, title: str, yes: str, about: Subject, question: str, said: str = "") -> Block:
    asked = line(REASON, question, "", long=True)
    return window(form, title, yes, about, [*([context(said)] if said else []), asked])


def window(form: Form, title: str, yes: str, about: Subject, blocks: Iterable[Block]) -> Block:
    """Return a window with these fields; what it is about comes back with what is entered."""
    return {
        "type": "modal",
        "callback_id": form.value,
        "title": plain_text(title, limits.TITLE),
        "submit": plain_text(yes, limits.TITLE),
        "close": plain_text("Back", limits.TITLE),
        "private_metadata": about.packed(),
        "blocks": [*blocks],
    }


def line(
    name: str, label: str, value: str, *, long: bool = False, optional: bool = False, hint: str = ""
) -> Block:
    """Return a field of a window: one line of text, or several."""
    entry: dict[str, JsonValue] = {"type": "plain_text_input", "action_id": "entered", "multiline": long}
    entry |= {"initial_value": limits.cut(visible(value), limits.SECTION)} if value else {}
    entry |= {"max_length": LONGEST_REASON} if long else {}
    field: Block = {"type": "input", "block_id": name, "element": entry, "optional": optional}
    field |= {"label": plain_text(label, limits.VALUE)}
    return field | ({"hint": plain_text(hint, limits.VALUE)} if hint else {})
