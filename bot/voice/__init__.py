"""Hearing: recordings and streams of speech in, text with its doubts out. Offline, bounded, off the event loop."""

from bot.voice.ports import Clip, Frames, Partial, Recogniser

__all__ = ["Clip", "Frames", "Partial", "Recogniser"]
