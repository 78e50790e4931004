"""What the templates are given: exchanges with names and with plans as they stand now, not as they once stood."""

from collections.abc import Iterable
from contextlib import suppress

from bot.surfaces.console.visitors import Visitor
from bot.surfaces.desk import Desk, Doorkeeper, Scope
from memory.canonical import digest
from memory.errors import AuthenticationFailed, NotFound
from memory.model.evidence import Evidence
from memory.model.run import Run, RunStatus
from memory.model.talk import ButtonAction, Card, Exchange, Message, Reply
from memory.model.value import Value

MOST_PLANS = 50
MOST_EVIDENCE = 20
_NEEDS = {
    ButtonAction.APPROVE: Scope.APPROVE,
    ButtonAction.DENY: Scope.APPROVE,
    ButtonAction.WITHDRAW: Scope.PROPOSE,
    ButtonAction.SAY: Scope.PROPOSE,
    ButtonAction.WHY: Scope.OBSERVE,
    ButtonAction.RECEIPTS: Scope.OBSERVE,
    ButtonAction.SIGN: Scope.APPROVE,
    ButtonAction.BREAK_GLASS: Scope.APPROVE,
}


_STEERING = {ButtonAction.PAUSE, ButtonAction.RESUME, ButtonAction.CANCEL}


class CardView(Value):
    """A plan as this visitor sees it. `seen` changes exactly when anything on the card does."""

    card: Card
    seen: str

    def offers(self, action: str) -> bool:
        """Return whether the card has such a button."""
        return any(button.action == action for button in self.card.buttons)

    def without(self, *actions: ButtonAction) -> "CardView":
        """Return the card without these buttons."""
        kept = tuple(button for button in self.card.buttons if button.action not in actions)
        return CardView(card=self.card.model_copy(update={"buttons": kept}), seen=self.seen)


class ExchangeView(Value):
    """A message with its sender's name and, once there is one, the reply with its plan."""

    message: Message
    sender: str
    mine: bool
    reply: Reply | None
    card: CardView | None


class PlanView(Value):
    """A plan in a list."""

    run: Run
    card: CardView


class Views:
    """Puts together what a visitor sees."""

    def __init__(self, desk: Desk, doorkeeper: Doorkeeper) -> None:
        self._desk = desk
        self._doorkeeper = doorkeeper

    async def exchanges(self, visitor: Visitor, found: Iterable[Exchange]) -> tuple[ExchangeView, ...]:
        """Return exchanges as this visitor sees them."""
        return tuple([await self._exchange(visitor, each) for each in found])

    def card(self, visitor: Visitor, run: Run) -> CardView:
        """Return a plan's card, without the buttons that the visitor's session does not cover."""
        card = self._desk.card(run, visitor.principal)
        buttons = tuple(button for button in card.buttons if _may_press(visitor, button.action))
        shown = card.model_copy(update={"buttons": buttons})
        return CardView(card=shown, seen=digest(shown))

    async def plans(self, visitor: Visitor, *statuses: RunStatus) -> tuple[PlanView, ...]:
        """Return the newest plans that stand so."""
        page = await self._desk.runs(visitor.principal, statuses, None, MOST_PLANS)
        return tuple(PlanView(run=run, card=self.card(visitor, run)) for run in page.items)

    async def evidence(self, visitor: Visitor, run: Run) -> tuple[Evidence, ...]:
        """Return what a plan rests on, as far as it is still known."""
        found = []
        for name in run.evidence[:MOST_EVIDENCE]:
            with suppress(NotFound):
                found.append(await self._desk.evidence(visitor.principal, name))
        return tuple(found)

    async def _exchange(self, visitor: Visitor, found: Exchange) -> ExchangeView:
        return ExchangeView(
            message=found.message,
            sender=await self._name(found.message),
            mine=found.message.sender == visitor.principal.id,
            reply=found.reply,
            card=await self._current(visitor, found.reply),
        )

    async def _current(self, visitor: Visitor, reply: Reply | None) -> CardView | None:
        if reply is None or reply.card is None:
            return None
        try:
            return self.card(visitor, await self._desk.run(visitor.principal, reply.card.run))
        except NotFound:  # what is no longer known can no longer be decided
            old = reply.card.model_copy(update={"buttons": ()})
            return CardView(card=old, seen=digest(old))

    async def _name(self, message: Message) -> str:
        try:
            return (await self._doorkeeper.person(message.tenant, message.sender)).name
        except AuthenticationFailed:  # somebody who has left
            return message.sender


def _may_press(visitor: Visitor, action: ButtonAction) -> bool:
    """Return whether a session covers what a button does: whoever may ask for a plan or decide on it may steer."""
    if action in _STEERING:
        return visitor.may(Scope.PROPOSE) or visitor.may(Scope.APPROVE)
    return visitor.may(_NEEDS[action])
