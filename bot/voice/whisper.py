"""Whisper on CTranslate2: samples in, hypotheses out. Blocking, and one clip at a time.

A clip is encoded once and written down several times: as a beam that was told the names of the tenant, and as one
that was not, so that a name which only the prompt suggests is seen to be one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from agents.hearing.heard import Heard, Hints, Hypothesis, SpokenWord
from bot.voice.decoding import RATE
from bot.voice.installed import faster_whisper
from bot.voice.speech import Stretch, speech_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW_S: Final = 30.0  # what Whisper hears at once
BEAM: Final = 5
MOST_TOKENS: Final = 96  # of one command; what goes on and on repeats itself
MOST_PROMPT: Final = 220  # tokens: Whisper reads 223
OTHERS_S: Final = 2.0  # that the first beam may take: on a slower machine the other one is a single hypothesis
ENGLISH: Final = "en"
SURE_OF_ANOTHER: Final = 0.8  # how probable another language has to be: short commands in an accent are English
_FRAMES: Final = 3000  # of 10 ms in a window


class Depth(StrEnum):
    """How many ways of writing a clip down are sought."""

    ONE = "one"  # the quickest: beam 1, told the names
    SEVERAL = "several"


@dataclass(frozen=True)
class _Sound:
    """A window of sound as the decoder reads it."""

    encoded: Any
    tokenizer: Any
    frames: int
    offset_s: float


class Whisper:
    """A loaded model. `threads` are those of one clip. Not to be used from two threads at once."""

    def __init__(self, folder: Path, *, threads: int = 2, language: str = ENGLISH) -> None:
        """Load the model: takes a third of a second for tiny.en. Raises `DependencyMissing`."""
        self._model = faster_whisper().WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )
        self._language = language

    def hear(self, samples: "NDArray[np.float32]", hints: Hints, depth: Depth = Depth.SEVERAL) -> Heard:
        """Return what 16 kHz samples say. What is longer than 30 s has one hypothesis; silence has none."""
        duration = len(samples) / RATE
        stretches = speech_in(samples)
        if not stretches:
            return Heard((), self._language, duration, 0.0, no_speech=1.0)
        spoken = sum(each.seconds for each in stretches)
        start, end = stretches[0].start, stretches[-1].end
        if end - start > WINDOW_S * RATE:
            return self._at_length(samples, stretches, hints, spoken)
        return self._at_once(samples[start:end], start / RATE, hints, depth, duration, spoken)

    def _at_once(
        self,
        samples: "NDArray[np.float32]",
        offset_s: float,
        hints: Hints,
        depth: Depth,
        duration: float,
        spoken: float,
    ) -> Heard:
        sound, language = self._encoded(samples, offset_s)
        written, no_speech = self._written(sound, hints, depth)
        return Heard(tuple(written), language, duration, spoken, no_speech)

    def _encoded(self, samples: "NDArray[np.float32]", offset_s: float) -> tuple[_Sound, str]:
        from faster_whisper.audio import pad_or_trim
        from faster_whisper.tokenizer import Tokenizer

        model = self._model
        features = model.feature_extractor(samples)
        encoded = model.encode(pad_or_trim(features[:, :_FRAMES]))
        language = self._language
        if model.model.is_multilingual:
            token, probability = model.model.detect_language(encoded)[0][0]
            language = token.strip("<|>") if probability >= SURE_OF_ANOTHER else language
        tokenizer = Tokenizer(
            model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=self._language
        )
        return _Sound(encoded, tokenizer, min(features.shape[-1], _FRAMES), offset_s), language

    def _written(self, sound: _Sound, hints: Hints, depth: Depth) -> tuple[list[Hypothesis], float]:
        beam = 1 if depth is Depth.ONE else BEAM
        began = monotonic()
        found, no_speech = self._beam(sound, hints, told=bool(hints.prompt), beam=beam)
        if depth is Depth.SEVERAL and hints.prompt:
            late = monotonic() - began > OTHERS_S
            found = [*found, *self._beam(sound, hints, told=False, beam=1 if late else BEAM)[0]]
        return sorted(found, key=lambda each: -each.log_probability), no_speech

    def _beam(self, sound: _Sound, hints: Hints, *, told: bool, beam: int) -> tuple[list[Hypothesis], float]:
        tokenizer = sound.tokenizer
        before = tokenizer.encode(f" {hints.prompt}")[-MOST_PROMPT:] if told else []
        prompt = self._model.get_prompt(tokenizer, before, without_timestamps=True)
        result = self._model.model.generate(
            sound.encoded,
            [prompt],
            beam_size=beam,
            num_hypotheses=beam,
            max_length=len(prompt) + MOST_TOKENS,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=_suppressed(tokenizer),
        )[0]
        written = list(zip(result.sequences_ids, result.scores, strict=True))
        words = self._timed(sound, [tokens for tokens, _ in written[:1]])
        return [
            Hypothesis(
                text=tokenizer.decode(tokens).strip(),
                log_probability=float(score),
                words=words if index == 0 else (),
                told=told,
            )
            for index, (tokens, score) in enumerate(written)
        ], float(result.no_speech_prob)

    def _timed(self, sound: _Sound, tokens: Sequence[list[int]]) -> tuple[SpokenWord, ...]:
        text = [[token for token in each if token < sound.tokenizer.eot] for each in tokens]
        aligned = self._model.find_alignment(sound.tokenizer, text, sound.encoded, sound.frames)
        return tuple(_words(aligned[0], sound.offset_s)) if aligned else ()

    def _at_length(
        self, samples: "NDArray[np.float32]", stretches: Sequence[Stretch], hints: Hints, spoken: float
    ) -> Heard:
        """Return one hypothesis of what is longer than a window, heard window by window."""
        clips = [second for each in stretches for second in (each.start / RATE, each.end / RATE)]
        segments, info = self._model.transcribe(
            samples,
            beam_size=1,
            language=self._language,
            initial_prompt=hints.prompt or None,
            clip_timestamps=clips,
            condition_on_previous_text=False,
            word_timestamps=True,
        )
        found = list(segments)
        words = tuple(
            SpokenWord(each.word.strip(), each.start, each.end, each.probability)
            for segment in found
            for each in segment.words or ()
        )
        mean = sum(each.avg_logprob for each in found) / len(found) if found else 0.0
        text = " ".join(each.text.strip() for each in found)
        hypotheses = (Hypothesis(text, mean, words, told=bool(hints.prompt)),) if text else ()
        return Heard(hypotheses, info.language, len(samples) / RATE, spoken)


def _words(aligned: Sequence[Any], offset_s: float) -> Iterator[SpokenWord]:
    """Yield the words: pieces that were written without a space between them are one, as likely as the least."""
    pieces: list[Any] = []
    for each in aligned:
        if pieces and each["word"].startswith(" "):
            yield _word(pieces, offset_s)
            pieces = []
        pieces.append(each)
    if pieces:
        yield _word(pieces, offset_s)


def _word(pieces: Sequence[Any], offset_s: float) -> SpokenWord:
    return SpokenWord(
        text="".join(each["word"] for each in pieces).strip(),
        start=round(offset_s + float(pieces[0]["start"]), 2),
        end=round(offset_s + float(pieces[-1]["end"]), 2),
        probability=round(min(float(each["probability"]) for each in pieces), 4),
    )


def _suppressed(tokenizer: Any) -> list[int]:
    """Return the tokens that are no words: descriptions of sounds, and what steers the model."""
    special = (
        tokenizer.transcribe,
        tokenizer.translate,
        tokenizer.sot,
        tokenizer.sot_prev,
        tokenizer.sot_lm,
        tokenizer.no_speech,
    )
    return sorted({*tokenizer.non_speech_tokens, *special})
