"""A real browser, a microphone that plays a recording, real recognition: what was said is heard and answered."""

import io
import os
import wave
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import expect

from bot.surfaces.voice.espeak import Espeak
from bot.voice.models import model_folder
from bot.voice.recognising import LocalRecogniser
from bot.voice.whisper import Whisper
from tests.bot.surfaces.console.pages import PHONE, Console, chromium
from tests.bot.surfaces.voice.console import console
from tests.bot.surfaces.voice.house import voices
from tests.servers import require

RATE = 48_000


async def recorded(path: Path, words: str) -> Path:
    """Write the words as a microphone would give them: with quiet before and after."""
    with wave.open(io.BytesIO(await Espeak(require("espeak-ng")).speak(words, 0.9))) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float64)
        rate = file.getframerate()
    louder = np.interp(np.arange(0, len(samples), rate / RATE), np.arange(len(samples)), samples)
    quiet = np.zeros(RATE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.concatenate([quiet[: RATE // 2], louder, quiet]).astype("<i2").tobytes())
    return path


async def test_what_is_said_into_the_microphone_is_heard_answered_and_spoken(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper")
    sound = await recorded(tmp_path / "said.wav", "What is wrong with the checkout service?")
    recogniser = LocalRecogniser(lambda: Whisper(model_folder(None, "tiny.en", tmp_path)))
    switches = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={sound}",
    )
    async with (
        voices(tmp_path, recogniser=recogniser) as house,
        console(house) as listening,
        chromium(*switches) as browser,
    ):
        context = await browser.new_context(viewport=PHONE, permissions=["microphone"])  # type: ignore[arg-type]  # a plain dict is one
        context.set_default_timeout(20_000)
        page = Console(await context.new_page(), listening.url)
        await page.sign_in_with_link(await listening.link("alice"))
        microphone = page.by("microphone")
        await expect(page.by("voice")).to_have_attribute("data-state", "idle")
        await microphone.dispatch_event("pointerdown", {"button": 0, "pointerId": 1})
        await expect(page.by("voice")).to_have_attribute("data-state", "listening")
        await expect(page.by("voice-heard")).to_contain_text("wrong", ignore_case=True, timeout=20_000)
        assert await page.by("voice").get_attribute("data-state") == "listening"  # words came while speaking
        await microphone.dispatch_event("pointerup", {"button": 0, "pointerId": 1})
        await expect(page.by("voice-says")).to_contain_text("thirty one percent", timeout=20_000)
        await expect(page.by("reply-text").last).to_contain_text("31 %", timeout=20_000)
        await expect(page.by("voice")).to_have_attribute("data-state", "speaking")
        await page.page.keyboard.press("Escape")
        await expect(page.by("voice")).to_have_attribute("data-state", "idle")
        assert house.speaker.said[0].startswith("checkout fails for thirty one percent")
        if where := os.environ.get("QUARTERDECK_TEST_PICTURES"):
            await page.photograph(Path(where) / "voice.png")
        await context.close()
        assert page.complaints == []
    recogniser.close()
