"""What surfaces ask of the voice: hearing, a conversation by voice, and being spoken to.

Who speaks is who the surface authenticated, and never what a voice sounds like. Everything raises a
`QuarterdeckError` for a no.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agents.hearing.heard import Heard
from bot.surfaces.desk import Scope, allows
from bot.voice.ports import Clip, Frames, Partial
from memory.errors import PolicyDenied
from memory.model.people import Principal, Surface
from memory.model.talk import Reply
from memory.model.value import Identifier, Moment, Value

LARGEST_CLIP = 25 * 1024 * 1024  # bytes
SLOW, USUAL, FAST = 0.75, 1.0, 1.25  # how fast is spoken


class Waiting(Value):
    """What waits for its code or its button: what would be done, and until when. `coded`: a code was read out."""

    id: Identifier
    says: str
    until: Moment
    coded: bool = True


class Aloud(Value):
    """What came of something said: the words that were understood, what to say aloud, and what to show.

    `hush` means to stop talking and say nothing; `choices` are words to press instead of saying them.
    """

    heard: str = ""
    says: str = ""
    pace: float = USUAL
    hush: bool = False
    reply: Reply | None = None
    waiting: Waiting | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """Who speaks, as their session says it: what it may be used for, and the session itself.

    `surface` is where its buttons are pressed.
    """

    principal: Principal
    scopes: frozenset[str]
    session: str
    surface: Surface = Surface.CONSOLE

    def require(self, scope: Scope) -> Principal:
        """Return the principal; raises `PolicyDenied` where the session does not cover this."""
        if not allows(self.scopes, scope):
            raise PolicyDenied(
                f"expected a sign-in with the scope {scope}, found {', '.join(sorted(self.scopes)) or 'none'}",
                hint="Sign in with a key that has it.",
            )
        return self.principal


@dataclass(frozen=True)
class Utterance:
    """Something heard, and when it began. `again`: the same recording was heard before.

    `over_us`: it was said while we were talking, so that it may be our own voice.
    """

    heard: Heard
    began: datetime
    again: bool = False
    over_us: bool = False


class Conversation(Protocol):
    """One person's conversation by voice, in one session and thread."""

    async def said(self, person: Person, utterance: Utterance) -> Aloud:
        """Answer what was said. Whatever does more than look is read back, and waits."""

    async def pressed(self, person: Person, readback: str) -> Aloud:
        """Go ahead with what was read back, by its button."""

    async def cancelled(self, person: Person) -> Aloud:
        """Drop whatever waits here."""


class DialInDesk(Protocol):
    """Gives codes by which a signed-in person is known on the telephone."""

    async def give(self, person: Person, thread: str) -> str:
        """Return digits to dial, which let this person in once, within minutes, into a conversation."""


class VoiceDesk(Protocol):
    """Hears and speaks for one tenant."""

    @property
    def speaks(self) -> bool:
        """Return whether there is a voice here; otherwise whoever is spoken to brings their own."""

    def conversation(self, person: Person, thread: str) -> Conversation:
        """Return the conversation of a session in a thread, the same as long as it is remembered."""

    async def hear(self, person: Person, clip: Clip) -> Utterance:
        """Write down what a clip says; `began` is now. Raises as `bot.voice.ports.Recogniser.hear`."""

    def guesses(self, parts: AsyncIterator[bytes], media_type: str) -> AsyncIterator[str]:
        """Yield what a clip says so far, while its parts come in. They are shown, and nothing is done by them."""

    def listen(self, frames: AsyncIterator[bytes], form: Frames) -> AsyncIterator[Partial]:
        """Write down a stream while it comes in."""

    async def speak(self, text: str, pace: float = USUAL) -> bytes:
        """Return the text as a WAV; raises `DependencyMissing` where there is no voice."""
