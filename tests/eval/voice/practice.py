"""`python -m tests.eval.voice.practice`: write practice.jsonl, more commands to tune hearing on, chosen by rule.

They are the phrasings of `../intents/dev.jsonl` that people say as they write them, one of a family and as evenly
from every tool as there are; none shares its template with a command of the unseen half.
"""

import json
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain, islice, zip_longest

from bot.surfaces.voice.numerals import aloud
from memory.model.intent import IntentKind
from tests.eval import sets
from tests.eval.sets import Phrasing, template
from tests.eval.voice.measuring import Subject
from tests.eval.voice.spoken import HERE, Command, Half, commands

MOST = 140
FEWEST_WORDS, MOST_WORDS = 2, 12
AS_WRITTEN = frozenset({"terse", "polite", "slang", "voice", "alias", "collision", "trap", "number-word"})
DICTATED = frozenset({"incident.note", "incident.title", "incident.declare", "incident.correct", "metrics.query"})
_SAYABLE = re.compile(r"[a-z0-9 ',.?%-]+")
_SPELLED = {"api": "A P I", "cpu": "C P U", "sso": "S S O", "pgw": "P G W", "promql": "prom Q L", "dns": "D N S"}


def main() -> None:
    """Choose, and write."""
    lines = [json.dumps(each.model_dump(), ensure_ascii=False) for each in chosen()]
    (HERE / f"{Half.PRACTICE}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def chosen() -> list[Command]:
    """Return the commands, in the order in which they are chosen."""
    subject, apart = Subject(), {template(each.written) for each in commands(Half.UNSEEN)}
    kept: dict[str, list[Command]] = {}
    for each in _of_families(sets.phrasings(sets.Half.DEV)):
        command = Command(
            written=each.text, said=as_said(each.text), tool=each.tool, arguments=each.arguments or {}
        )
        intent = subject.read(each.text)
        understood = (intent.tool, intent.values()) == (each.tool, each.arguments)
        if intent.kind is IntentKind.TOOL and understood and template(each.text) not in apart:
            kept.setdefault(each.tool, []).append(command)
    rounds = chain.from_iterable(zip_longest(*(kept[tool] for tool in sorted(kept))))
    return list(islice((each for each in rounds if each is not None), MOST))


def as_said(written: str) -> str:
    """Return how people say what they write: "p99 of billing-api" is "p ninety nine of billing A P I"."""
    apart = re.sub(r"(?<=[a-z0-9])[-_](?=[a-z])|[?]", " ", re.sub(r"\bsev(?=\d)", "sev ", written))
    words = (_SPELLED.get(word, word) for word in aloud(apart).split())
    return " ".join(words)


def _of_families(phrasings: Iterable[Phrasing]) -> Iterator[Phrasing]:
    """Yield the first sayable phrasing of each family, in an order that has nothing to do with what they say."""
    first: dict[str, Phrasing] = {}
    for each in phrasings:
        if each.kind is IntentKind.TOOL and _is_sayable(each):
            first.setdefault(each.family, each)
    return iter(sorted(first.values(), key=lambda each: sha256(each.family.encode()).digest()))


def _is_sayable(phrasing: Phrasing) -> bool:
    length = len(phrasing.text.split())
    return (
        phrasing.tool not in DICTATED
        and set(phrasing.tags) <= AS_WRITTEN
        and FEWEST_WORDS <= length <= MOST_WORDS
        and _SAYABLE.fullmatch(phrasing.text) is not None
    )


if __name__ == "__main__":
    main()
