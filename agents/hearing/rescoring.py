"""Which of several readings of what was heard is meant, or what to ask. Pure.

To look something up, the likeliest reading is enough. To do something, every reading that is nearly as likely has
to be the same call with the same arguments, and a name in it has to be heard also by the recogniser that was not
told the names. Otherwise it is asked. However sure a recogniser is, that alone never decides anything.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import exp
from typing import Final

from agents.interpreter.sentences import sentence
from memory.model.intent import Choice, Intent, IntentKind
from memory.model.plan import Effect
from memory.model.value import JsonValue
from tools.contract import Capability

STEEPNESS: Final = 4.0  # how much less a reading counts for each unit of log-probability
NEARLY: Final = 0.35  # log-probability below the likeliest reading, within which another one matters
UNTOLD: Final = 0.15  # by which a recogniser that was not told the names is less sure of the same
UNLIKELY: Final = 0.3  # log-probability below what was heard best, from which an action is asked about
MOST: Final = 0.45  # of all weight, from which a reading to look up is taken
NOTHING: Final = 0.4  # of a reading's weight count against another where nothing was understood
FAINT: Final = -1.1  # mean log-probability a token, below which nothing is taken
ASSENT: Final = 6  # words: who says more than that says more than yes
RIVAL: Final = 0.2  # of the weight of a call above observe, from which one of another capability speaks against it
FULLER: Final = 0.3  # of the weight of a call to look, from which one that says more is the one that was said
CLOSE_CALL: Final = 0.5  # of the weight of what most readings say, from which the surest of them speaks against it
MOST_CHOICES: Final = 4
DISAGREEMENT: Final = "disagreement"
ACCEPTS: Final = "turn.accept"  # it takes up what was offered, which may act


@dataclass(frozen=True)
class Reading:
    """One way to understand what was heard: the text that was read, what it means, and how likely it was heard."""

    text: str
    intent: Intent
    log_probability: float
    told: bool
    bold: bool = False  # everyday words were taken for a name

    @property
    def sureness(self) -> float:
        """Return its log-probability, as of a recogniser that was told the names."""
        return self.log_probability + (0 if self.told else UNTOLD)

    @property
    def weight(self) -> float:
        """Return how much it counts."""
        return exp(STEEPNESS * self.log_probability)


@dataclass(frozen=True)
class Chosen:
    """The reading that was chosen; its intent is the question where one is due. `why` says what was in doubt."""

    text: str
    intent: Intent
    why: str = ""


_TEENS: Final = range(13, 20)
NUMBERS: Final = re.compile(r"\d+(?:\.\d+)*")

Outcome = tuple[str, str, str]


def choose(
    readings: Sequence[Reading],
    capabilities: Mapping[str, Capability],
    supported: Callable[[Intent], bool],
) -> Chosen:
    """Return the reading that is meant; `readings` are likeliest first and at least one.

    `supported` tells whether the names of a call were heard without being suggested.
    """
    acting = {name for name, each in capabilities.items() if each.effect is not Effect.READ} | {ACCEPTS}
    calls = _calls(readings)
    if not calls:
        return Chosen(readings[0].text, _best_question(readings))
    peaks = {outcome: max(each.sureness for each in group) for outcome, group in calls.items()}
    surest = max(peaks.values())
    by_peak = sorted(peaks, key=lambda outcome: -peaks[outcome])
    near = [outcome for outcome in by_peak if peaks[outcome] >= surest - NEARLY]
    acts = any(calls[outcome][0].intent.tool in acting for outcome in near)
    weights = {outcome: sum(each.weight for each in calls[outcome]) for outcome in near}
    rivals = _against(near[0], near, calls, weights) if acts else near
    best = rivals[0] if acts else _fullest(max(near, key=lambda outcome: weights[outcome]), calls, weights)
    reading = max(calls[best], key=lambda each: each.weight)
    act = partial(_doubt_to_act, readings, calls, rivals, reading, supported)
    why = act() if acts else _doubt_to_look(readings, reading) or _close_call(near, best, weights)
    if not why:
        return Chosen(reading.text, reading.intent)
    among = [calls[outcome][0] for outcome in rivals] if why == DISAGREEMENT else [reading]
    return Chosen(reading.text, _asked(readings, among, capabilities), why)


def _against(
    best: Outcome,
    near: Sequence[Outcome],
    calls: Mapping[Outcome, Sequence[Reading]],
    weights: Mapping[Outcome, float],
) -> list[Outcome]:
    """Return the surest call and those that speak against it: not it with less said, nor what hardly counts."""
    call, enough = calls[best][0].intent, RIVAL * weights[best]
    return [
        best,
        *(
            each
            for each in near[1:]
            if (weights[each] >= enough or calls[each][0].intent.tool == call.tool)
            and not _is_less(calls[each][0].intent, call)
        ),
    ]


def _fullest(
    best: Outcome, calls: Mapping[Outcome, Sequence[Reading]], weights: Mapping[Outcome, float]
) -> Outcome:
    """Return the call that says the same and more, where that counts for enough: words are lost, not made up."""
    call, enough = calls[best][0].intent, FULLER * weights[best]
    fuller = [each for each in weights if weights[each] >= enough and _is_less(call, calls[each][0].intent)]
    return max(fuller, key=lambda outcome: weights[outcome], default=best)


def _is_less(intent: Intent, call: Intent) -> bool:
    """Return whether a call is another one with something left out."""
    return intent.tool == call.tool and intent.values().items() < call.values().items()


def _close_call(near: Sequence[Outcome], best: Outcome, weights: Mapping[Outcome, float]) -> str:
    """Return that it has to be asked where the surest reading is not what most say, and not by far."""
    surest = near[0]
    return DISAGREEMENT if surest != best and weights[surest] > CLOSE_CALL * weights[best] else ""


def _doubt_to_act(
    readings: Sequence[Reading],
    calls: Mapping[Outcome, Sequence[Reading]],
    rivals: Sequence[Outcome],
    reading: Reading,
    supported: Callable[[Intent], bool],
) -> str:
    """Return what speaks against proposing a call that may act, empty where nothing does."""
    likeliest = max(each.sureness for each in readings)
    doubts = (
        ("faint", reading.log_probability < FAINT),
        (DISAGREEMENT, len(rivals) > 1),
        ("long", reading.intent.tool == ACCEPTS and len(reading.text.split()) > ASSENT),
        ("unlikely", reading.sureness < likeliest - UNLIKELY or _contradicted(reading, readings)),
        ("unused", _numbers_left(reading)),
        (DISAGREEMENT, any(_is_less(reading.intent, each.intent) for each in readings)),
        ("same", _joins_one_with_itself(reading.intent)),
        (DISAGREEMENT, _sounds_like_another(reading, readings)),
        ("untold", not any(each.told for each in calls[rivals[0]]) and any(each.told for each in readings)),
        ("suggested", all(each.bold for each in calls[rivals[0]]) or not supported(reading.intent)),
    )
    return next((why for why, holds in doubts if holds), "")


def _contradicted(reading: Reading, readings: Sequence[Reading]) -> bool:
    """Return whether something surer was heard that would be another call, were it complete."""
    surer = (each.intent for each in readings if each.sureness > reading.sureness)
    return any(intent.tool and not _fits(intent, reading.intent) for intent in surer)


def _numbers_left(reading: Reading) -> bool:
    """Return whether a number was heard that is in no argument: half a version is worse than none."""
    used = " ".join(f"{each.value} {each.quote}" for each in reading.intent.arguments.values())
    known = set(NUMBERS.findall(used))
    return any(number not in known for number in NUMBERS.findall(reading.text))


def _joins_one_with_itself(intent: Intent) -> bool:
    """Return whether a call of two things names the same one twice: then one of the two was misheard."""
    values = intent.values()
    return "into" in values and values["into"] == values.get("incident")


def _sounds_like_another(reading: Reading, readings: Sequence[Reading]) -> bool:
    """Return whether a number of a call was also heard as the one that sounds most like it: thirteen, thirty."""
    numbers = {int(number) for number in NUMBERS.findall(reading.text) if number.isdecimal()}
    others = {str(10 * (each - 10)) for each in numbers if each in _TEENS}
    others |= {str(each // 10 + 10) for each in numbers if each // 10 + 10 in _TEENS and each % 10 == 0}
    return any(others & set(NUMBERS.findall(each.text)) for each in readings)


def _doubt_to_look(readings: Sequence[Reading], reading: Reading) -> str:
    """Return what speaks against looking something up, empty where nothing does."""
    if reading.log_probability < FAINT:
        return "faint"
    fitting = sum(each.weight for each in readings if _fits(each.intent, reading.intent))
    against = sum(each.weight * _contradiction(each.intent) for each in readings) - fitting
    return DISAGREEMENT if fitting < MOST * (fitting + max(against, 0)) else ""


def _fits(intent: Intent, call: Intent) -> bool:
    """Return whether an intent is a call, or as much of it as was understood."""
    if intent.tool != call.tool:
        return False
    said = intent.values().items()
    return said == call.values().items() or (intent.kind is IntentKind.CLARIFY and said <= call.values().items())


def _contradiction(intent: Intent) -> float:
    """Return how much a reading counts against another: nothing understood says less than something else."""
    return 1.0 if intent.tool else NOTHING


def _calls(readings: Sequence[Reading]) -> dict[Outcome, list[Reading]]:
    found: dict[Outcome, list[Reading]] = {}
    for each in readings:
        if each.intent.kind is IntentKind.TOOL:
            found.setdefault(_outcome(each.intent), []).append(each)
    return found


def _outcome(intent: Intent) -> Outcome:
    return intent.kind.value, intent.tool, repr(sorted(intent.values().items()))


def _best_question(readings: Sequence[Reading]) -> Intent:
    """Return the likeliest question back, else what the likeliest reading comes to."""
    asked = [each for each in readings if each.intent.kind is IntentKind.CLARIFY]
    return max(asked or readings, key=lambda each: each.weight).intent


def _asked(
    readings: Sequence[Reading], among: Sequence[Reading], capabilities: Mapping[str, Capability]
) -> Intent:
    """Return the question which of these calls was said, each of them one to choose."""
    said = list(dict.fromkeys(_sentence(each.intent, capabilities) for each in among))[:MOST_CHOICES]
    question = f"Did you say: {said[0]}?" if len(said) == 1 else "I heard more than one thing. Which did you say?"
    return Intent(
        text=readings[0].text,
        kind=IntentKind.CLARIFY,
        confidence=0.0,
        question=question,
        choices=tuple(Choice(label=each, says=each) for each in said),
        brain=readings[0].intent.brain,
    )


def _sentence(intent: Intent, capabilities: Mapping[str, Capability]) -> str:
    values: dict[str, JsonValue] = intent.values()
    capability = capabilities.get(intent.tool)
    return sentence(capability, values) if capability else intent.text
