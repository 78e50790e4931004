"""Text to speech with espeak-ng: a program of its own, given its text by stdin, with a limit on everything."""

import asyncio
import contextlib
import io
import wave
from typing import Final

from memory.errors import DependencyMissing, InvalidInput

LONGEST: Final = 1500  # characters
PATIENCE_S: Final = 10.0
AT_ONCE: Final = 2
USUAL_WPM: Final = 165
_HEADER: Final = 44  # bytes of a WAV written to a pipe, whose lengths are not yet known
_RATE: Final = 22_050


class Espeak:
    """Serves `bot.surfaces.voice.ports.Speaker`. The text is never a part of a command line."""

    def __init__(self, program: str, voice: str = "en-us") -> None:
        self._program = program
        self._voice = voice
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def speak(self, text: str, pace: float) -> bytes:
        """Return the text as a WAV of 16-bit samples, one channel."""
        if not text.strip() or len(text) > LONGEST:
            raise InvalidInput(f"expected 1 to {LONGEST} characters to say, found {len(text.strip())}")
        speed = round(USUAL_WPM * pace)
        arguments = ("--stdin", "--stdout", "-v", self._voice, "-s", str(speed), "-b", "1")
        async with self._turns:
            sound = await self._run(arguments, text.encode())
        return _wav(sound)

    async def _run(self, arguments: tuple[str, ...], text: bytes) -> bytes:
        try:
            process = await asyncio.create_subprocess_exec(
                self._program,
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise DependencyMissing(f"expected the program {self._program}, found {error.strerror}") from None
        try:
            async with asyncio.timeout(PATIENCE_S):
                sound, _ = await process.communicate(text)
        except TimeoutError:
            raise DependencyMissing(
                f"expected {self._program} to speak within {PATIENCE_S:g} s, found it silent"
            ) from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode or len(sound) <= _HEADER:
            raise DependencyMissing(f"expected {self._program} to speak, found the exit code {process.returncode}")
        return sound


def _wav(sound: bytes) -> bytes:
    """Return a WAV whose header tells its length: what comes from a pipe does not."""
    samples = sound[_HEADER:]
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(int.from_bytes(sound[24:28], "little") or _RATE)
        file.writeframes(samples[: len(samples) - len(samples) % 2])
    return written.getvalue()
