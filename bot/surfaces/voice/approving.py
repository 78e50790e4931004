"""Saying yes by voice to a plan that waits: which one is meant, and whether a spoken yes could be enough."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from agents.answer import Answer, AnswerKind
from agents.ports import Turn
from agents.units import sentence
from bot.spoken import of_run
from bot.surfaces.desk import Scope
from bot.surfaces.speech import Person
from bot.surfaces.voice.numerals import cardinal, ordinal
from bot.surfaces.voice.ports import Floor
from bot.surfaces.voice.words import plain
from memory.clock import Clock
from memory.model.intent import Intent, IntentKind
from memory.model.run import Run, RunStatus
from memory.model.talk import ButtonAction, Card, Message, Reply
from memory.store import Store

MOST_PLANS: Final = 20
MOST_NAMED: Final = 3
KEPT: Final = timedelta(minutes=2)
NONE: Final = "No plan waits for your approval."


class Approving:
    """Finds the plan a person says yes to."""

    def __init__(self, store: Store, floor: Floor, clock: Clock) -> None:
        self._store = store
        self._floor = floor
        self._clock = clock

    async def offered(self, person: Person, message: Message, about: str) -> Reply:
        """Answer somebody who wants to say yes: with the plan they mean, kept to be read back, or a question."""
        who = person.require(Scope.APPROVE)

        async def answering(turn: Turn) -> Answer:
            page = await self._floor.runs(who, (RunStatus.WAITING,), None, MOST_PLANS)
            mine = [(run, card) for run in page.items if _decides(card := self._floor.card(run, who))]
            meant = _meant(mine, about)
            if len(meant) != 1:
                return _asks(turn, meant or mine)
            ((run, card),) = meant
            if not any(button.action is ButtonAction.APPROVE for button in card.buttons):
                text = f"{sentence(card.title)} It takes a {card.assurance.value}: approve it in the console."
                return _answer(turn, AnswerKind.ANSWER, text, run)
            until = self._clock.now() + KEPT
            await self._store.readbacks.put(of_run(run, who.id, message.thread, message.id, until))
            return _answer(turn, AnswerKind.CLARIFY, f"{sentence(card.title)} Nothing is approved yet.", run)

        return await self._floor.take(message, who, answering)


def _decides(card: Card) -> bool:
    return any(button.action in {ButtonAction.APPROVE, ButtonAction.SIGN} for button in card.buttons)


def _meant(mine: Sequence[tuple[Run, Card]], about: str) -> list[tuple[Run, Card]]:
    """Return the plans that are meant: by their place, or by every word that was said of them."""
    words = [
        each for each in plain(about).split() if each not in {"plan", "the", "number", "for", "of", "to", "in"}
    ]
    for place, each in enumerate(mine, 1):
        if words in ([cardinal(place)], [ordinal(place)], [str(place)]):
            return [each]
    return [each for each in mine if all(word in plain(each[1].title) for word in words)]


def _asks(turn: Turn, plans: Sequence[tuple[Run, Card]]) -> Answer:
    if not plans:
        return _answer(turn, AnswerKind.ANSWER, NONE)
    named = [f"{cardinal(place)}, {card.title}" for place, (_, card) in enumerate(plans[:MOST_NAMED], 1)]
    text = f"{cardinal(len(plans)).capitalize()} plans wait: {'; '.join(named)}. Say approve one, or approve two."
    return _answer(turn, AnswerKind.CLARIFY, text)


def _answer(turn: Turn, kind: AnswerKind, text: str, run: Run | None = None) -> Answer:
    return Answer(kind=kind, text=text, intent=Intent(text=turn.message.text, kind=IntentKind.SMALLTALK), run=run)
