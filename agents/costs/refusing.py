"""Why a question cannot be asked: a name nobody billed, a tag no charge has, a number without a role. Pure.

What stands where a name does is never passed over; other words that were not understood are told as left out.
"""

import re
from collections.abc import Sequence
from typing import Final

from agents.costs import grouping
from agents.costs.fields import measured
from agents.costs.filters import GENERIC, Chosen
from agents.costs.known import Known
from agents.costs.plan import Asked, NotAsked
from agents.costs.words import Atom, Words
from memory.model.cost import CostField, Dimension, Measure

_AHEAD: Final = re.compile(
    r"\b(?:tomorrow|next (?:day|week|month|quarter|year)|run[- ]?rate|forecast\w*|predict\w*|project(?:ed|ion)\w*"
    r"|will \w+ (?:cost|spend|be))\b"
)
_BUDGET: Final = re.compile(r"\bbudget\w*\b")
_SAVING: Final = re.compile(
    r"\b(?:could|can|would|should|might|will) (?:we |be |i |you |it )?(?:\w+ )?(?:sav(?:e|ed|ing)|cut|reduced?)\b"
    r"|\bhow (?:do|to|can|could|should) (?:we |i |you )?(?:save|reduce|cut|lower|optimi[sz]e)\b"
    r"|\b(?:savings? (?:potential|opportunit\w+|recommendations?)|potential savings?)\b"
)
_ELSEWHERE: Final = (
    (_AHEAD, "The bills tell what was. What will be is told by the forecast: quarterdeck cost outlook."),
    (_BUDGET, "The bills tell what was. Whether a budget lasts is told by: quarterdeck cost budget list."),
    (_SAVING, "The bills tell what was. What could be saved is told by: quarterdeck cost savings."),
)
_NAMES_A_THING: Final = re.compile(
    r"(?:\b(?:on|for|of|in|from|with|by|at|using|under|excluding|except|without|about|to"
    r"|and|or|vs|versus)(?: the| our| my| all)?|,|\b(?:did|does|do|is|was|has)(?: the"
    r"| our)?) $"
)
_MONEY_AFTER: Final = re.compile(r"^(?:'s)? (?:costs?|spend\w*|bills?|charges?|usage|expenses?|invoice)\b")


def refused(  # noqa: PLR0911  # one for each reason
    words: Words, known: Known, found: grouping.Grouped, chosen: Chosen, asked: Asked
) -> NotAsked | None:
    """Return why a question cannot be asked, None where it can; what is found on the way is marked as read."""
    if asked is Asked.FRESHNESS:
        return None
    if why := next((why for asks, why in _ELSEWHERE if any(words.every(asks))), ""):
        return NotAsked(question=words.text, why=why, instead=("what did we spend last month",))
    if found.tags:
        there = ", ".join(known.tags[:12])
        why = f"By which tag? There are: {there}." if there else "No charge carries a tag."
        return NotAsked(
            question=words.text, why=why, instead=tuple(f"what did we spend by {tag}" for tag in known.tags[:3])
        )
    if found.unknown:
        there = (
            f" The tags there are: {', '.join(known.tags[:12])}." if known.tags else " No charge carries any tag."
        )
        what = (
            f"No charge carries a tag for the {found.unknown}."
            if found.missing_tag
            else f"The bills do not tell costs apart by {found.unknown!r}."
        )
        return NotAsked(question=words.text, why=what + there)
    if number := next(
        (each.word for each in words.unread() if each.word.isdigit() and each.word not in GENERIC), ""
    ):
        return NotAsked(
            question=words.text,
            why=f"What {number} stands for here is not clear.",
            instead=(f"services that cost more than {number} last month",),
        )
    missing = [*chosen.unknown, *_strangers(words, known, chosen, asked)]
    if not missing:
        return None
    said = " and ".join(f"{each!r}" for each in dict.fromkeys(missing))
    near = [name for each in missing for name in known.near(each)]
    more = f" Names like it: {', '.join(dict.fromkeys(near))}." if near else ""
    return NotAsked(
        question=words.text,
        why=f"Nothing called {said} is in the bills.{more}",
        instead=tuple(_replaced(words.text, missing[0], each) for each in dict.fromkeys(near)),
    )


def of_nothing(words: Words) -> NotAsked:
    """Return what can be asked, where nothing was asked of costs."""
    why = "What do you want to know about costs? What was spent, on what, by whom, when, or why it changed."
    return NotAsked(question=words.text, why=why, instead=("what did we spend last month by service",))


def of_two_measures(words: Words, pair: Sequence[Measure]) -> NotAsked:
    """Return why two kinds of cost are not told in one answer, and the two questions that tell them."""
    names = [measured(each) for each in pair]
    return NotAsked(
        question=words.text,
        why=f"One kind of cost is told at a time: ask for the {' and then for the '.join(names)}.",
        instead=tuple(f"{name} last month" for name in names),
    )


def of_another_currency(words: Words, currency: str, known: Known) -> NotAsked:
    """Return why nothing can be larger or smaller than a sum in a currency that nothing was billed in."""
    billed = known.values.get(CostField(dimension=Dimension.CURRENCY), ())
    return NotAsked(
        question=words.text,
        why=f"Nothing was billed in {currency}: the bills are in {', '.join(billed)}, and nothing is converted.",
    )


def _replaced(text: str, said: str, by: str) -> str:
    return re.sub(re.escape(said), f'"{by}"', text, count=1, flags=re.IGNORECASE)


def _strangers(words: Words, known: Known, chosen: Chosen, asked: Asked) -> list[str]:
    """Return words that stand where a name does and are none that was billed."""
    found: list[str] = []
    run: list[Atom] = []
    for atom in (*words.unread(), None):
        joined = run and atom is not None and re.fullmatch(r"[\s\-_/.:]*", words.lower[run[-1].end : atom.start])
        if atom is not None and atom.word not in GENERIC and (not run or joined):
            run.append(atom)
            continue
        if run and _is_a_name(words, run):
            name = words.text[run[0].start : run[-1].end]
            if asked is Asked.UNIT and name.lower() in known.subjects:
                chosen.subject = name.lower()
            else:
                found.append(name)
            words.take(run[0].start, run[-1].end)
        run = [atom] if atom is not None and atom.word not in GENERIC else []
    return found


def _is_a_name(words: Words, run: list[Atom]) -> bool:
    first, last = run[0], run[-1]
    typed = words.text[first.start : last.end]
    digits = re.search(r"\d", typed) is not None and not typed.isdigit()
    named = _NAMES_A_THING.search(words.before(first.start)) is not None
    capital = first.start > 0 and typed[:1].isupper()
    return named or digits or capital or _MONEY_AFTER.match(words.lower[last.end :]) is not None


def left_out(words: Words) -> list[str]:
    """Return what a person should know of words that were not understood."""
    left = [
        words.lower[each.start : each.end]
        for each in words.unread()
        if each.word not in GENERIC and len(each.word) > 1
    ]
    return [f"not understood and left out: {', '.join(dict.fromkeys(left))}"] if left else []
