"""The settings of hearing, a part of all settings (`bot.settings`)."""

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr


class VoiceSettings(BaseModel):
    """Which speech model is heard with, of which none is ever downloaded, and who speaks."""

    voice_model_dir: Path | None = Field(
        default=None, description="A folder with a Whisper model for CTranslate2; unset: an installed package's"
    )
    voice_model: str = Field(default="tiny.en", description="Which packaged speech model: tiny.en or base")
    voice_speaker: str = Field(
        default="espeak-ng", description="The program that speaks; empty or not there: the browser's own voice"
    )
    voice_accent: str = Field(default="en-us", pattern=r"^[a-z0-9-]{2,20}$", description="Its voice")
    voice_telephone_token: SecretStr = Field(
        default=SecretStr(""), description="Twilio's auth token, which signs calls; empty: no telephone"
    )
    voice_threads: int = Field(default=2, ge=1, le=64, description="Threads that write one clip down")
