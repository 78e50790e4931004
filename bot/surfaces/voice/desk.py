"""Hearing and speaking for one tenant, and the conversations that are going on. It decides nothing."""

import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from typing import Final

from agents.hearing.heard import Hints
from bot.surfaces.speech import USUAL, Conversation, Person, Utterance
from bot.surfaces.voice.growing import growing
from bot.surfaces.voice.ports import Speaker
from bot.voice.ports import Clip, Frames, Partial, Recogniser
from memory.clock import Clock
from memory.errors import DependencyMissing
from memory.store import Store

REMEMBERED: Final = 500  # conversations

Begun = Callable[[str], Conversation]
"""Begins a conversation in a thread."""


class Voice:
    """Serves `bot.surfaces.speech.VoiceDesk`."""

    def __init__(
        self,
        recogniser: Recogniser,
        hints: Callable[[], Hints],
        begun: Begun,
        speaker: Speaker | None,
        *,
        store: Store,
        clock: Clock,
    ) -> None:
        self._recogniser = recogniser
        self._hints = hints
        self._begun = begun
        self._speaker = speaker
        self._store = store
        self._clock = clock
        self._conversations: OrderedDict[tuple[str, str, str], Conversation] = OrderedDict()

    @property
    def speaks(self) -> bool:
        """Return whether there is a voice here."""
        return self._speaker is not None

    def conversation(self, person: Person, thread: str) -> Conversation:
        """Return the conversation of this person's session in a thread."""
        key = (person.principal.id, person.session, thread)
        found = self._conversations.pop(key, None) or self._begun(thread)
        self._conversations[key] = found
        while len(self._conversations) > REMEMBERED:
            self._conversations.popitem(last=False)
        return found

    async def hear(self, person: Person, clip: Clip) -> Utterance:
        """Write down what a clip says, and whether these very bytes were heard before."""
        began = self._clock.now()
        heard = await self._recogniser.hear(clip, self._hints())
        digest = hashlib.sha256(clip.sound).hexdigest()
        first = await self._store.sounds.first(person.principal.tenant, digest, began)
        return Utterance(heard=heard, began=began, again=not first)

    async def guesses(self, parts: AsyncIterator[bytes], media_type: str) -> AsyncIterator[str]:
        """Yield what a clip says so far, while its parts come in."""
        ended: list[str] = []
        frames = growing(parts, media_type)
        async for partial in self._recogniser.listen(frames, Frames.PCM_16K, self._hints()):
            yield " ".join([*ended, partial.text])
            if partial.heard is not None:
                ended.append(partial.heard.text)

    def listen(self, frames: AsyncIterator[bytes], form: Frames) -> AsyncIterator[Partial]:
        """Write down a stream while it comes in."""
        return self._recogniser.listen(frames, form, self._hints())

    async def speak(self, text: str, pace: float = USUAL) -> bytes:
        """Return the text as a WAV."""
        if self._speaker is None:
            raise DependencyMissing(
                "expected a program that speaks, found none", hint="Install espeak-ng, or use a browser's voice."
            )
        return await self._speaker.speak(text, pace)
