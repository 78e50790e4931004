"""Reads the public request sets where they lie, beside the repository, and gives each request its mapped outcome.

Nothing of them is copied into the repository. `intents/public.md` is `as_markdown()`, kept equal by a test.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from memory.model.intent import IntentKind
from memory.model.value import Value
from tests.eval.mapping import RULES, Rule, Source
from tests.eval.sets import Outcome, Utterance

REQUESTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "requests"
ABSENT = "the public request sets are not there: expected the folder ../shared/data/requests beside the repository"


class Request(Value):
    """One public request: whose it is, what it was there, its words, the rule that maps it."""

    source: Source
    action: str
    text: str
    rule: Rule

    def utterance(self) -> Utterance:
        """Return the words with the outcomes that the rule accepts."""
        first, *also = self.rule.outcomes
        return Utterance(
            text=self.text, kind=first.kind, tool=first.tool, arguments=first.arguments, also=tuple(also)
        )


def present() -> bool:
    """Return whether the public sets lie beside the repository."""
    return REQUESTS.is_dir()


def requests(source: Source) -> tuple[Request, ...]:
    """Return the requests of one file, each text once, in file order."""
    rows = json.loads((REQUESTS / f"{source}.json").read_text(encoding="utf-8"))
    pairs = {text: action for action, text in READERS[source](rows)}
    return tuple(
        Request(source=source, action=action, text=text, rule=rule_for(source, action, text))
        for text, action in pairs.items()
    )


def rule_for(source: Source, action: str, text: str) -> Rule:
    """Return the first rule that fits; every source ends with one that fits all."""
    return next(
        rule
        for rule in RULES
        if rule.source is source and re.fullmatch(rule.action, action) and re.search(rule.says, text)
    )


Rows = Any  # the files' own JSON, whose shape each reader knows
Pairs = Iterator[tuple[str, str]]


def _azure(rows: Rows) -> Pairs:
    yield from ((row["tool"], row["prompt"]) for row in rows)


def _bfcl(rows: Rows) -> Pairs:
    for row in rows:
        function = next(iter(row["ground_truth"][0]))
        yield function, row["question"][0][-1]["content"]


def _grafana(rows: Rows) -> Pairs:
    """Yield the prompts; some are the source text of an f-string, which is taken out of its quotes."""
    for row in rows:
        quoted = re.fullmatch(r"""f(["'])(.*)\1""", row["prompt"], flags=re.DOTALL)
        yield row["test"], quoted[2] if quoted else row["prompt"]


def _hubot(rows: Rows) -> Pairs:
    yield from ((row["pattern"], row["command"]) for row in rows)


def _kagent(rows: Rows) -> Pairs:
    yield from ((row["skill"], row["prompt"]) for row in rows["rows"])


def _stackstorm(rows: Rows) -> Pairs:
    for row in rows:
        for form in row["formats"]:
            spellings = [form] if isinstance(form, str) else form["representation"]
            yield from ((row["action_ref"], _filled(spelling)) for spelling in spellings)


def _filled(spelling: str) -> str:
    """Return an alias as a person would type it: gaps hold their default or their name, options are left out."""
    words = re.sub(r"\(\s?[^()]*\{\{[^()]*\)\?", "", spelling)
    words = re.sub(r"\{\{\s*(\w[\w,]*)\s*(?:=\s*([^}]*?))?\s*\}\}", lambda gap: gap[2] or gap[1], words)
    return re.sub(r"\(\((\w+)\|[^)]*\)-\?\)\+(.*?)\[!\.\]\*", r"\1\2", words)


READERS: dict[Source, Callable[[Rows], Pairs]] = {
    Source.AZURE: _azure,
    Source.BFCL: _bfcl,
    Source.GRAFANA: _grafana,
    Source.HUBOT: _hubot,
    Source.KAGENT: _kagent,
    Source.STACKSTORM: _stackstorm,
}


def as_markdown() -> str:
    """Return the mapping as a table for people, one section for each source."""
    parts = [_HEAD]
    for source in Source:
        rows = [_row(rule) for rule in RULES if rule.source is source]
        parts.append(f"## `{source}.json`\n\n{_COLUMNS}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _row(rule: Rule) -> str:
    which = " · ".join(_code(part) for part in (rule.action if rule.action != ".*" else "", rule.says) if part)
    outcomes = ", ".join(_words(outcome) for outcome in rule.outcomes)
    return f"| {which or 'all others'} | {outcomes} | {rule.reason} |"


def _code(pattern: str) -> str:
    return f"`{pattern}`".replace("|", "\\|")


def _words(outcome: Outcome) -> str:
    kind = outcome.kind.value.replace("_", " ")
    if outcome.kind is IntentKind.TOOL:
        return f"`{outcome.tool}`"
    return f"{kind} (`{outcome.tool}`)" if outcome.tool else kind


_COLUMNS = "| their action · words | right for us | why |\n|---|---|---|"
_HEAD = """# How the public request sets map to our tools

Made from `tests/eval/mapping.py`, where the mapping is written down once as data; a test keeps the two equal.
The files are read from `../shared/data/requests` and are not part of this repository.

1. What we have no tool for is out of scope, however much it sounds like operations.
2. An order for one of our write tools, or a question for one of our read tools, that names something the
   catalogue does not know gets a question back. Saying that it is out of scope is as good: nothing is done.
3. A question about an action is never that action.

The first row that fits decides. The first outcome is the expected one, the others are as defensible. Arguments
are not judged here, because the requests speak of things that the evaluation's catalogue does not hold."""
