"""What somebody pressed, as it came, and what they are answered with. Pure."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.elements import CONTENT_TYPE
from bot.surfaces.teams.limits import cut
from bot.surfaces.teams.verbs import ARGUMENT, LONGEST_REASON, REASON
from memory.canonical import canonical
from memory.errors import InvalidInput

INVOKE: Final = "adaptiveCard/action"
CONSENT: Final = "fileConsent/invoke"  # to take a file that was offered, or not to
MANUAL: Final = "manual"

Content = dict[str, Any]


@dataclass(frozen=True)
class Press:
    """What somebody pressed: `by_hand` or because Teams shows them the card.

    `entered` are changed arguments, `texts` all that came with it.
    """

    verb: str
    by_hand: bool
    run: str
    digest: str
    made: object
    reason: str
    say: str
    entered: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pressed:
    """What a press is answered with, and what is to be done once that was said."""

    answer: Content
    then: Callable[[], Awaitable[None]] | None = None


def by_hand(came: Incoming) -> bool:
    """Return whether a person pressed, and Teams does not just show the card anew."""
    return came.name == CONSENT or came.value.get("trigger") == MANUAL


def pressed(came: Incoming) -> Press:
    """Return what was pressed; raises `InvalidInput`. The trigger is read here: the library drops it."""
    action = came.value.get("action")
    data = action.get("data") if isinstance(action, dict) else None
    if came.name != INVOKE or not isinstance(action, dict) or not isinstance(data, dict):
        raise InvalidInput("expected a press of a card's button, found another invoke")
    texts = {name: found for name, found in data.items() if isinstance(found, str)}
    return Press(
        verb=str(action.get("verb", "")),
        by_hand=by_hand(came),
        run=texts.get("run", ""),
        digest=texts.get("digest", ""),
        made=data.get("made"),
        reason=cut(texts.get(REASON, "").strip(), LONGEST_REASON),
        say=texts.get("say", ""),
        entered={name.removeprefix(ARGUMENT): each for name, each in texts.items() if name.startswith(ARGUMENT)},
        texts=texts,
    )


def attested(press: Press, came: Incoming) -> bytes:
    """Return what is kept beside an approval: what came and was verified, in its canonical form."""
    return canonical(
        {
            "surface": "teams",
            "activity": came.id,
            "entra": came.tenant,
            "person": came.person,
            "conversation": came.conversation,
            "verb": press.verb,
            "run": press.run,
            "digest": press.digest,
            "reason": press.reason,
        }
    )


def shown(card: Content) -> Content:
    """Return an answer that shows a card to whoever pressed."""
    return {"statusCode": 200, "type": CONTENT_TYPE, "value": card}


def said(text: str) -> Content:
    """Return an answer that says something of ours to whoever pressed."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def failure(status: int, text: str) -> Content:
    """Return an answer that says why not."""
    return {
        "statusCode": status,
        "type": "application/vnd.microsoft.error",
        "value": {"code": str(status), "message": text},
    }
