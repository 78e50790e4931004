"""Recordings become samples, whatever they came in; what is no recording is refused in words."""

from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.voice import decoding
from bot.voice.decoding import LARGEST, RATE, container_of, samples_of, samples_of_frames
from bot.voice.ports import Clip, Frames
from memory.errors import InputTooLarge, InvalidInput
from tests.bot.voice.recordings import CONTAINERS, recorded, tone
from tests.eval.voice.spoken import mulaw


@pytest.mark.parametrize("media_type", CONTAINERS)
def test_every_common_container_is_heard_at_16_khz_with_its_tone_kept(media_type: str) -> None:
    samples = samples_of(Clip(recorded(tone(1.5), media_type), media_type))

    loudest = np.argmax(np.abs(np.fft.rfft(samples))) * RATE / len(samples)
    assert len(samples) / RATE == pytest.approx(1.5, abs=0.15)
    assert loudest == pytest.approx(440, abs=5)
    assert samples.dtype == np.float32


def test_what_a_recording_is_called_does_not_matter_only_what_it_is() -> None:
    assert len(samples_of(Clip(recorded(tone(0.5), "audio/ogg"), "audio/wav"))) > 0


def test_telephone_frames_are_heard_without_a_container() -> None:
    frames = mulaw(tone(1.0)[::2])

    samples = samples_of(Clip(frames, "audio/x-mulaw"))

    assert len(frames) == 8000
    assert len(samples) == RATE
    assert np.abs(samples - tone(1.0)).max() < 0.1


def test_16_bit_frames_are_heard_at_both_rates() -> None:
    samples = tone(0.25)
    frames = (samples * 32767).astype("<i2").tobytes()

    assert np.allclose(samples_of_frames(frames, Frames.PCM_16K), samples, atol=1e-3)
    assert len(samples_of_frames(frames, Frames.PCM_8K)) == 2 * len(samples)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(InvalidInput, match="16-bit samples, found 3 bytes"):
        samples_of_frames(b"abc", Frames.PCM_16K)


@pytest.mark.parametrize("sound", [b"", b"%PDF-1.7 and so on", b"#EXTM3U\nhttp://10.0.0.1/secret", b"\x00" * 64])
def test_what_is_no_recording_is_refused_and_never_guessed_at(sound: bytes) -> None:
    with pytest.raises(InvalidInput, match="expected a recording"):
        samples_of(Clip(sound, "audio/webm"))


def test_a_container_of_another_kind_behind_the_right_first_bytes_is_refused() -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        samples_of(Clip(b"\x1a\x45\xdf\xa3" + b"nothing of the kind" * 20))


@pytest.mark.parametrize("media_type", ["audio/wav", "audio/mp4", "audio/flac"])
def test_a_recording_that_was_cut_off_is_refused(media_type: str) -> None:
    whole = recorded(tone(4.0), media_type)

    with pytest.raises(InvalidInput, match=r"cannot be read|as the recording says"):
        samples_of(Clip(whole[: len(whole) // 2]))


@pytest.mark.parametrize("media_type", ["audio/webm", "audio/ogg", "audio/mpeg", "audio/aac"])
def test_a_cut_off_stream_is_refused_or_heard_as_far_as_it_goes(media_type: str) -> None:
    whole = recorded(tone(4.0), media_type)
    try:
        samples = samples_of(Clip(whole[: len(whole) // 2]))
    except InvalidInput:
        return
    assert 0 < len(samples) < 3.5 * RATE


def test_30_minutes_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LARGEST", 100_000_000)
    half_an_hour = (
        b"RIFF" + pack("<I", 36 + 57_600_000) + b"WAVEfmt " + pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
    )
    half_an_hour += b"data" + pack("<I", 57_600_000) + bytes(57_600_000)

    with pytest.raises(InputTooLarge, match="at most 300 s, found 1800 s"):
        samples_of(Clip(half_an_hour))


def test_what_announces_no_length_is_still_stopped_at_the_longest() -> None:
    with pytest.raises(InputTooLarge, match="at most 1 s"):
        samples_of(Clip(recorded(tone(3.0), "audio/aac")), longest_s=1.0)


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(InputTooLarge, match="at most 26,214,400 bytes"):
        samples_of(Clip(bytes(LARGEST + 1)))


def refused_or_heard(sound: bytes) -> bool:
    """Return whether bytes were decoded, or refused with what was expected; anything else is raised."""
    try:
        return bool(np.isfinite(samples_of(Clip(sound))).all())
    except InvalidInput as refused:
        return "expected" in refused.message


@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_samples_or_an_error_in_words(sound: bytes) -> None:
    assert refused_or_heard(sound)


@given(
    st.binary(min_size=1, max_size=200),
    st.sampled_from([b"OggS", b"fLaC", b"\x1a\x45\xdf\xa3", b"ID3\x04", b"\xff\xf1"]),
)
def test_any_bytes_behind_a_known_beginning_are_samples_or_an_error_in_words(rest: bytes, first: bytes) -> None:
    assert container_of(first + rest)
    assert refused_or_heard(first + rest)
