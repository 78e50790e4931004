"""Which of several readings of what was heard is meant, or what to ask. Pure.

What speaks against a reading is in `agents.hearing.doubts`; where anything does, it is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agents.hearing.doubts import ACCEPTS, DISAGREEMENT, NEARLY, close_call, doubt_to_act, doubt_to_look
from agents.hearing.readings import Calls, Outcome, Reading, calls_of, heard_by_both, is_less
from agents.interpreter.sentences import sentence
from memory.model.intent import Choice, Intent, IntentKind
from memory.model.plan import Effect
from memory.model.value import JsonValue
from tools.contract import Capability

RIVAL: Final = 0.2  # of the weight of a call above observe, from which one of another capability speaks against it
FULLER: Final = 0.3  # of the weight of a call to look, from which one that says more is the one that was said
SUGGESTED: Final = (
    0.5  # of the weight of a call that both beams heard, up to which one that only one did is dropped
)
MOST_CHOICES: Final = 4


@dataclass(frozen=True)
class Chosen:
    """The reading that was chosen; its intent is the question where one is due. `why` says what was in doubt."""

    text: str
    intent: Intent
    why: str = ""


def choose(
    readings: Sequence[Reading],
    capabilities: Mapping[str, Capability],
    supported: Callable[[Intent], bool],
) -> Chosen:
    """Return the reading that is meant; `readings` are likeliest first and at least one.

    `supported` tells whether the names of a call were heard without being suggested.
    """
    acting = {name for name, each in capabilities.items() if each.effect is not Effect.READ} | {ACCEPTS}
    calls = calls_of(readings)
    if not calls:
        return Chosen(readings[0].text, _best_question(readings))
    peaks = {outcome: max(each.sureness for each in group) for outcome, group in calls.items()}
    by_peak = sorted(peaks, key=lambda outcome: -peaks[outcome])
    near = [outcome for outcome in by_peak if peaks[outcome] >= peaks[by_peak[0]] - NEARLY]
    weights = {outcome: sum(each.weight for each in calls[outcome]) for outcome in near}
    if any(calls[outcome][0].intent.tool in acting for outcome in near):
        rivals = _against(near, calls, weights)
        reading = _likeliest(calls[rivals[0]])
        why = doubt_to_act(readings, calls, rivals, reading, supported)
    else:
        rivals = near
        best = _fullest(max(near, key=lambda outcome: weights[outcome]), calls, weights)
        reading = _likeliest(calls[best])
        why = doubt_to_look(readings, reading) or close_call(near, best, calls, weights)
    if not why:
        return Chosen(reading.text, reading.intent)
    among = [calls[outcome][0] for outcome in rivals] if why == DISAGREEMENT else [reading]
    return Chosen(reading.text, _asked(readings, among, capabilities), why)


def _likeliest(same: Sequence[Reading]) -> Reading:
    return max(same, key=lambda each: each.weight)


def _against(near: Sequence[Outcome], calls: Calls, weights: Mapping[Outcome, float]) -> list[Outcome]:
    """Return the surest call and those that speak against it.

    That is not it with less said, nor what hardly counts, nor what counts for less and was only suggested, where
    the beam that was not told the names wrote down no other call.
    """
    best, *others = near
    call, enough = calls[best][0].intent, RIVAL * weights[best]

    def speaks_against(other: Outcome) -> bool:
        same_tool = calls[other][0].intent.tool == call.tool
        if is_less(calls[other][0].intent, call) or (weights[other] < enough and not same_tool):
            return False
        weak = weights[other] <= SUGGESTED * weights[best] and _untold_is_one(best, calls)
        return not (weak and _is_suggested(calls[other], calls[best]))

    return [best, *filter(speaks_against, others)]


def _is_suggested(other: Sequence[Reading], best: Sequence[Reading]) -> bool:
    """Return whether a call was only suggested, by the names or a bold reading, and the best one was not."""
    if all(each.told for each in other):
        return heard_by_both(best)
    return all(each.bold for each in other) and heard_by_both([each for each in best if not each.bold])


def _untold_is_one(best: Outcome, calls: Calls) -> bool:
    """Return whether the beam that was not told the names wrote down this call, and no other but boldly read."""
    others = (each for outcome, group in calls.items() if outcome != best for each in group)
    return all(each.told or each.bold for each in others)


def _fullest(best: Outcome, calls: Calls, weights: Mapping[Outcome, float]) -> Outcome:
    """Return the call that says the same and more, where that counts for enough: words are lost, not made up."""
    call, enough = calls[best][0].intent, FULLER * weights[best]
    fuller = [each for each in weights if weights[each] >= enough and is_less(call, calls[each][0].intent)]
    return max(fuller, key=lambda outcome: weights[outcome], default=best)


def _best_question(readings: Sequence[Reading]) -> Intent:
    """Return the likeliest question back, else what the likeliest reading comes to."""
    asked = [each for each in readings if each.intent.kind is IntentKind.CLARIFY]
    return _likeliest(asked or readings).intent


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
