"""The buttons of a card that everybody in a channel sees; whether one may is asked when it is pressed. Pure."""

from typing import Final

from bot.surfaces.slack.blocks import button
from bot.surfaces.slack.presses import Press, pressed_on
from bot.surfaces.slack.rich import Block
from memory.model.approval import Assurance
from memory.model.talk import Button, ButtonAction, Card

WAITING: Final = "waiting"
_HOLD: Final = (("Pause", ButtonAction.PAUSE), ("Cancel", ButtonAction.CANCEL))
_GO_ON: Final = (("Resume", ButtonAction.RESUME), ("Cancel", ButtonAction.CANCEL))
_STEERING: Final = {"running": _HOLD, "undoing": _HOLD[:1], "held": _GO_ON, "pausing": _GO_ON}


def open_to_all(card: Card) -> Card:
    """Return the card with the buttons for everybody."""
    if card.status == WAITING:
        given = _deciding(card)
    else:
        given = [_button(card, label, action) for label, action in _STEERING.get(card.status, ())]
    return card.model_copy(update={"buttons": (*given, *card.buttons)})


def asked_for(card: Card) -> list[Block]:
    """Return the buttons that ask for something else than a yes or no, as long as a plan waits."""
    if card.status != WAITING or not card.buttons:
        return []
    about = pressed_on(card.run, card.plan_digest)
    return [
        button("Ask for more", Press.ASK, about),
        button("Edit", Press.EDIT, about),
        button("More", Press.MORE, about),
    ]


def _deciding(card: Card) -> list[Button]:
    click = card.assurance is Assurance.CHAT
    label = "Approve" if click else f"Approve with a {card.assurance.value}"
    yes = _button(card, label, ButtonAction.APPROVE if click else ButtonAction.SIGN)
    return [yes.model_copy(update={"primary": True}), _button(card, "Deny", ButtonAction.DENY)]


def _button(card: Card, label: str, action: ButtonAction) -> Button:
    danger = action in {ButtonAction.DENY, ButtonAction.CANCEL}
    return Button(label=label, action=action, value=card.run, plan_digest=card.plan_digest, danger=danger)
