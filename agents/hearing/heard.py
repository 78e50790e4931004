"""What a recogniser heard, as values: hypotheses, words with times, and the names it was told to expect. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SpokenWord:
    """One word: when it was said, in seconds of the clip, and how probable the recogniser holds it, 0 to 1."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True)
class Hypothesis:
    """One way to write down what was said. `log_probability` is the mean a token, 0 at best.

    `told` says that the recogniser was told the names when it wrote this down.
    """

    text: str
    log_probability: float
    words: tuple[SpokenWord, ...] = ()
    told: bool = True


@dataclass(frozen=True)
class Heard:
    """Everything heard in a clip, likeliest hypothesis first; none where nobody spoke.

    `duration` and `speech` are seconds: of the clip, and of it in which somebody spoke. `no_speech` is how
    probable it is that there is none, 0 to 1. Nothing of this authorises anything.
    """

    hypotheses: tuple[Hypothesis, ...]
    language: str
    duration: float
    speech: float
    no_speech: float = 0.0

    @property
    def text(self) -> str:
        """Return the likeliest hypothesis, empty where nobody spoke."""
        return self.hypotheses[0].text if self.hypotheses else ""


@dataclass(frozen=True)
class Hints:
    """What a recogniser is told to expect: a prompt in whole sentences, and names. Both may be empty."""

    prompt: str = ""
    names: tuple[str, ...] = ()


NO_HINTS = Hints()
