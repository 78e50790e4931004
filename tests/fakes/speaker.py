"""A voice that remembers what it said, and says it as a tone as long as the words."""

import io
import wave

from memory.errors import InvalidInput

RATE = 22_050
SAMPLES_A_LETTER = 441


class FakeSpeaker:
    """Serves `bot.surfaces.voice.ports.Speaker`."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def speak(self, text: str, pace: float) -> bytes:
        del pace
        if not text.strip():
            raise InvalidInput("expected something to say, found nothing")
        self.said.append(text)
        written = io.BytesIO()
        with wave.open(written, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(b"\x10\x20" * SAMPLES_A_LETTER * len(text))
        return written.getvalue()
