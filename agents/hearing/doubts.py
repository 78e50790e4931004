"""What speaks against a reading of what was heard: in one word, empty where nothing does. Pure.

To look something up, the likeliest reading is enough. To do something, every reading that is nearly as likely has
to be the same call with the same arguments, and a name in it has to be heard also by the recogniser that was not
told the names. However sure a recogniser is, that alone never decides anything.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from agents.hearing.readings import NUMBERS, Calls, Outcome, Reading, fits, heard_by_both, is_less
from memory.model.intent import Intent

NEARLY: Final = 0.35  # log-probability below the likeliest reading, within which another one matters
UNLIKELY: Final = 0.3  # log-probability below what was heard best, from which an action is asked about
MOST: Final = 0.45  # of all weight, from which a reading to look up is taken
NOTHING: Final = 0.3  # of a reading's weight count against another where nothing was understood
FAINT: Final = -1.1  # mean log-probability a token, below which nothing is taken
STRANGE: Final = -2.4  # likelihood of a reading, below which nobody says that to us
ASSENT: Final = 6  # words: who says more than that says more than yes
CLOSE_CALL: Final = 0.5  # of the weight of what most readings say, from which the surest of them speaks against it
FEW: Final = 0.15  # of all weight, or of all that sounded, below which an action is asked about
UNOPPOSED: Final = 0.9  # of all weight, from which an action may have a name that one beam did not make out
ALONE: Final = 0.5  # of all weight, from which a call that is the only one may have a name of one everyday word
DISAGREEMENT: Final = "disagreement"
ACCEPTS: Final = "turn.accept"  # it takes up what was offered, which may act
_TEENS: Final = range(13, 20)


def doubt_to_act(
    readings: Sequence[Reading],
    calls: Calls,
    rivals: Sequence[Outcome],
    reading: Reading,
    supported: Callable[[Intent], bool],
) -> str:
    """Return what speaks against proposing a call that may act; `rivals` are it and the calls against it."""
    likeliest = max(each.sureness for each in readings)
    same = calls[rivals[0]]
    doubts = (
        ("faint", _is_faint(reading)),
        (DISAGREEMENT, len(rivals) > 1),
        ("long", reading.intent.tool == ACCEPTS and len(reading.text.split()) > ASSENT),
        ("unlikely", reading.sureness < likeliest - UNLIKELY or _contradicted(reading, readings)),
        ("unlikely", _share(same, readings) < FEW or _sounded(same) < FEW * _sounded(readings)),
        ("unused", _numbers_left(reading)),
        (DISAGREEMENT, any(is_less(reading.intent, each.intent) for each in readings)),
        ("same", _joins_one_with_itself(reading.intent)),
        (DISAGREEMENT, _sounds_like_another(reading, readings)),
        ("untold", not any(each.told for each in same) and any(each.told for each in readings)),
        ("suggested", all(each.bold for each in same) and not _is_alone(same, readings)),
        ("suggested", _heard_once(same, readings)),
        ("suggested", not supported(reading.intent) and not _is_unopposed(same, readings)),
    )
    return next((why for why, holds in doubts if holds), "")


def doubt_to_look(readings: Sequence[Reading], reading: Reading) -> str:
    """Return what speaks against looking something up."""
    if _is_faint(reading):
        return "faint"
    call = reading.intent
    fitting = sum(each.weight for each in readings if fits(each.intent, call) or is_less(each.intent, call))
    against = sum(each.weight * _contradiction(each.intent) for each in readings) - fitting
    return DISAGREEMENT if fitting < MOST * (fitting + max(against, 0)) else ""


def close_call(near: Sequence[Outcome], best: Outcome, calls: Calls, weights: Mapping[Outcome, float]) -> str:
    """Return that it has to be asked where the surest reading is not what most say, and not by far.

    The surest does not speak against the same call with more said.
    """
    surest = near[0]
    if surest == best or is_less(calls[surest][0].intent, calls[best][0].intent):
        return ""
    return DISAGREEMENT if weights[surest] > CLOSE_CALL * weights[best] else ""


def _is_faint(reading: Reading) -> bool:
    return reading.log_probability < FAINT or reading.likelihood < STRANGE


def _is_alone(same: Sequence[Reading], readings: Sequence[Reading]) -> bool:
    """Return whether nothing else was heard than one call and as much of it as was understood, by both beams."""
    if not heard_by_both(same):
        return False
    call = same[0].intent
    if any(each.intent.tool and not fits(each.intent, call) for each in readings):
        return False
    return _share(same, readings) >= ALONE


def _share(same: Sequence[Reading], readings: Sequence[Reading]) -> float:
    """Return how much of all weight some readings have, 0 to 1."""
    return sum(each.weight for each in same) / sum(each.weight for each in readings)


def _sounded(readings: Sequence[Reading]) -> float:
    return sum(each.sounded for each in readings)


def _heard_once(same: Sequence[Reading], readings: Sequence[Reading]) -> bool:
    """Return whether one hypothesis alone is this call, and nothing like it was heard without suggestion."""
    tools = {each.intent.tool for each in readings if not each.told}
    return len(same) == 1 and bool(tools) and same[0].intent.tool not in tools


def _is_unopposed(same: Sequence[Reading], readings: Sequence[Reading]) -> bool:
    """Return whether a call is nearly all that was heard, and heard without suggestion as far as it goes.

    So a number or a name that only one beam made out is taken: "scale payments to fart" says nothing against four.
    """
    untold = [each.intent for each in readings if not each.told and not each.bold]
    careful = sum(each.told and not each.bold for each in same)
    fitting = bool(untold) and all(fits(intent, same[0].intent) for intent in untold)
    return fitting and careful > 1 and _share(same, readings) >= UNOPPOSED


def _contradicted(reading: Reading, readings: Sequence[Reading]) -> bool:
    """Return whether something surer was heard that would be another call, were it complete."""
    surer = (each.intent for each in readings if each.sureness > reading.sureness)
    return any(intent.tool and not fits(intent, reading.intent) for intent in surer)


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
    """Return whether a number was nearly as surely the one that sounds most like it: thirteen, thirty."""
    numbers = {int(number) for number in NUMBERS.findall(reading.text) if number.isdecimal()}
    others = {str(10 * (each - 10)) for each in numbers if each in _TEENS}
    others |= {str(each // 10 + 10) for each in numbers if each // 10 + 10 in _TEENS and each % 10 == 0}
    near = (each for each in readings if each.sureness >= reading.sureness - NEARLY)
    return any(others & set(NUMBERS.findall(each.text)) for each in near)


def _contradiction(intent: Intent) -> float:
    """Return how much a reading counts against another: nothing understood says less than something else."""
    return 1.0 if intent.tool else NOTHING
