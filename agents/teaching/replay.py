"""The interpreter with and without lessons, over past turns and over every phrasing there is. Pure.

Lessons are good only where something is understood better and nothing worse, and no order is read where none was.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from agents.interpreter.masking import STAND_INS
from agents.teaching.parts import SHOWN, Part, Reading, Replay
from memory.model.catalogue import Catalogue
from memory.model.intent import Intent, IntentKind
from memory.model.value import Value

Read = Callable[[str], Intent]


class Case(Value):
    """Words and what they ask for; with `never`, what they do not ask for. No tool: they ask for none.

    `shown` is how a report shows them.
    """

    said: str
    shown: str
    tool: str
    never: bool = False


def replay(
    *,
    before: Read,
    after: Read,
    lessons: Sequence[Case],
    turns: Sequence[Case],
    phrasings: Sequence[Case],
    actions: Collection[str],
) -> Replay:
    """Return what reading `after` the lessons changes. `actions` are the tools that do more than look.

    Turns with the words of a lesson are left out: what was learned from proves nothing.
    """
    learned = {case.shown for case in lessons}
    held_out = [case for case in turns if case.shown not in learned]
    compared = [_part(cases, before, after, actions) for cases in (lessons, held_out, phrasings)]
    return Replay(lessons=compared[0], turns=compared[1], phrasings=compared[2])


def cases_of(phrasings: Iterable[tuple[str, str]], catalogue: Catalogue) -> tuple[Case, ...]:
    """Return phrasings with their tools as cases, their gaps filled with names that the catalogue knows."""
    known = dict(STAND_INS)
    first = (
        ("service", catalogue.names()),
        ("environment", catalogue.environments()),
        ("flag", catalogue.flags()),
    )
    known |= {gap: names[0] for gap, names in first if names}
    return tuple(Case(said=_filled(said, known), shown=said, tool=tool) for said, tool in phrasings)


def _filled(phrasing: str, known: dict[str, str]) -> str:
    for gap, value in known.items():
        phrasing = phrasing.replace(f"{{{gap}}}", value)
    return phrasing


def _part(cases: Sequence[Case], before: Read, after: Read, actions: Collection[str]) -> Part:
    gained, lost, false, right, wrong = [], [], [], [0, 0], [0, 0]
    for case in cases:
        was, now = before(case.said), after(case.said)
        were, are = _right(case, was), _right(case, now)
        acted, acts = _false_action(case, was, actions), _false_action(case, now, actions)
        change = Reading(phrasing=case.shown, wanted=case.tool, before=was.tool, after=now.tool)
        right = [right[0] + were, right[1] + are]
        wrong = [wrong[0] + acted, wrong[1] + acts]
        if are and not were:
            gained.append(change)
        if were and not are:
            lost.append(change)
        if acts and not (acted and was.tool == now.tool):
            false.append(change)
    return Part(
        cases=len(cases),
        right_before=right[0],
        right_after=right[1],
        false_actions_before=wrong[0],
        false_actions_after=wrong[1],
        gained=tuple(gained[:SHOWN]),
        lost=tuple(lost[:SHOWN]),
        new_false_actions=tuple(false[:SHOWN]),
    )


def _right(case: Case, intent: Intent) -> bool:
    return (intent.tool != case.tool) if case.never else (intent.tool == case.tool)


def _false_action(case: Case, intent: Intent, actions: Collection[str]) -> bool:
    """Return whether an action would be proposed that was not meant. A question back proposes nothing."""
    acts = intent.kind is IntentKind.TOOL and intent.tool in actions
    return acts and not _right(case, intent)
