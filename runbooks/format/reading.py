"""From the text of a file to a runbook, or to findings that say where it is none. Pure; it never raises."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, TypeVar

from markdown_it.token import Token
from pydantic import ValidationError

from memory.model.value import Value
from runbooks.format.finding import Finding, Findings, Mark, shown
from runbooks.format.inputs import Input
from runbooks.format.markdown import ACTION, is_action, tokens
from runbooks.format.model import Action, CheckText, Head, Markers, Repeat, Runbook, Step, Telemetry
from runbooks.format.tree import Path, Tree, parse

LONGEST = 400_000  # characters of one file
FENCE = "---"

_STEP = re.compile(r"([0-9]{1,3})\.[ \t]+(\S.*)")
_PATH = re.compile(r"[\w./-]{1,120}")

M = TypeVar("M", bound=Value)


@dataclass(frozen=True)
class Reading:
    """What a file says, where it says anything, and what is wrong with it."""

    runbook: Runbook | None
    findings: tuple[Finding, ...]


def read(text: str, file: str) -> Reading:
    """Return the runbook in a text, with what is wrong with its form. `file` is only named in findings."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    findings = Findings(file, text)
    if len(text) > LONGEST:
        findings.add(Mark(), "file.size", f"at most {LONGEST} characters", str(len(text)), "Split it in two.")
        return Reading(None, findings.all())
    lines = text.split("\n")
    end = _head_end(lines, findings)
    if end is None:
        return Reading(None, findings.all())
    tree = parse("\n".join(lines[1:end]), Mark(line=2), findings)
    head = _head(tree, findings) if tree is not None else None
    steps = _steps(lines, end + 1, findings)
    if head is None or tree is None:
        return Reading(None, findings.all())
    return Reading(Runbook(file=file, head=head, steps=steps, text=text, tree=tree), findings.all())


def _head_end(lines: Sequence[str], findings: Findings) -> int | None:
    """Return the line that closes the front matter, counted from 0."""
    if lines[0].rstrip() != FENCE:
        findings.add(
            Mark(),
            "head.missing",
            "`---` and the front matter",
            shown(lines[0]),
            "`quarterdeck runbook new` has one.",
        )
        return None
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            return number
    findings.add(Mark(), "head.unclosed", "a second `---` that ends the front matter", "none", "Add it.")
    return None


def _head(tree: Tree, findings: Findings) -> Head | None:
    values = dict(tree.value)
    if ("version",) in tree.texts:
        values["version"] = tree.texts[("version",)]  # 1.10 is no number
    for name in ("reviewed", "review_by"):
        markers = values.get("compliance")
        if isinstance(markers, dict) and markers.get(name) is None and name in markers:
            values["compliance"] = {**markers, name: ""}
    return _validated(Head, values, tree, findings)


def _steps(lines: list[str], start: int, findings: Findings) -> tuple[Step, ...]:
    """Return the numbered sections below the front matter, which ends before line `start`, counted from 0."""
    blocks = tokens("\n".join(lines[start:]))
    headings = list(_headings(blocks, start))
    actions = [(token.map[0] + start, token) for token in blocks if is_action(token) and token.map]
    found: list[Step] = []
    for (line, title), (following, _) in pairwise([*headings, (len(lines), "")]):
        match = _STEP.fullmatch(title)
        within = [each for each in actions if line < each[0] < following]
        actions = [each for each in actions if each not in within]
        if match is None:
            _misplaced(within, findings)
            continue
        _numbered(int(match[1]), len(found) + 1, line, findings)
        tree = _block(within, lines, findings)
        found.append(
            Step(
                number=len(found) + 1,
                title=match[2].strip(),
                text="\n".join(lines[line + 1 : following]).strip("\n"),
                mark=Mark(line=line + 1),
                action=_validated(Action, tree.value, tree, findings) if tree is not None else None,
                tree=tree,
            )
        )
    _misplaced(actions, findings)
    if not found:
        findings.add(
            Mark(line=start),
            "step.none",
            "steps, as headings such as `## 1. Look at the errors`",
            "none",
            "Add one.",
        )
    return tuple(found)


def _headings(blocks: Sequence[Token], start: int) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of each first- and second-level heading at the left margin."""
    for token, inline in pairwise(blocks):
        if token.type == "heading_open" and token.tag in {"h1", "h2"} and token.level == 0 and token.map:
            yield token.map[0] + start, inline.content if token.tag == "h2" else ""


def _numbered(said: int, expected: int, line: int, findings: Findings) -> None:
    if said != expected:
        findings.add(
            Mark(line=line + 1, column=4),
            "step.number",
            f"step {expected}",
            f"step {said}",
            "Number steps from 1.",
        )


def _misplaced(actions: Sequence[tuple[int, Token]], findings: Findings) -> None:
    for line, _ in actions:
        mark = Mark(line=line + 1)
        findings.add(mark, "step.outside", "the action below a numbered heading", "it elsewhere", "Move it.")


def _block(within: Sequence[tuple[int, Token]], lines: list[str], findings: Findings) -> Tree | None:
    """Return the action of a step; more than one is a finding, as is one that a list or a quotation holds."""
    for line, token in within:
        if token.level or lines[line][:1] in {" ", "\t"}:
            found = "it indented or quoted"
            findings.add(
                Mark(line=line + 1), "step.nested", "the action at the left margin", found, "Move it there."
            )
            return None
        last = lines[token.map[1] - 1 + (line - token.map[0])].strip() if token.map else ""
        if set(last) != {token.markup[0]} or len(last) < len(token.markup):
            findings.add(Mark(line=line + 1), "step.unclosed", f"a closing {token.markup}", "none", "Add it.")
            return None
        if token.info.split() != [ACTION]:
            findings.add(Mark(line=line + 1), "step.info", "`action` alone", shown(token.info), "Drop the rest.")
    if len(within) > 1:
        mark = Mark(line=within[1][0] + 1)
        findings.add(mark, "step.actions", "one action in a step", str(len(within)), "Make it two steps.")
    if not within:
        return None
    line, token = within[0]
    return parse(token.content, Mark(line=line + 2), findings)


def _validated(schema: type[M], values: Mapping[str, Any], tree: Tree, findings: Findings) -> M | None:
    try:
        return schema.model_validate(values)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        for problem in problems:
            if not _of_the_other_form(problem, problems):
                _misfit(problem, tree, findings)
        return None


def _of_the_other_form(problem: Any, problems: Sequence[Any]) -> bool:
    """Return whether a value that may be a word or a mapping is complained about as what it is not."""
    given = problem["input"]
    if problem["type"] == "literal_error" and isinstance(given, dict):
        return True
    if problem["type"] == "float_type" and isinstance(given, str):
        return True
    siblings = [each for each in problems if each is not problem and each["input"] is given]
    return problem["type"] == "model_type" and any(each["type"] == "literal_error" for each in siblings)


def _misfit(problem: Any, tree: Tree, findings: Findings) -> None:
    path, rest = _walked(problem["loc"], tree)
    name = ".".join(map(str, (*path, *rest[-1:])))
    if problem["type"] == "extra_forbidden":
        near = get_close_matches(str(path[-1]) if path else "", _NAMES, n=1)
        mend = f"Did you mean {near[0]}?" if near else "Take it out; the format's fields are in docs/runbooks.md."
        findings.add(tree.name(path), "field.unknown", "a field of the format", str(name), mend)
    elif problem["type"] == "missing":
        field = str(problem["loc"][-1])
        findings.add(tree.mark(path), "field.missing", f"the field {field}", "none", f"Add `{field}: …`.")
    else:
        expected = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
        expected = expected[:1].lower() + expected[1:]
        findings.add(tree.mark(path), "field.value", f"{expected} for {name or 'it'}", shown(problem["input"]))


def _walked(loc: Sequence[str | int], tree: Tree) -> tuple[Path, tuple[str | int, ...]]:
    """Return the part of a location that the file has; names of alternatives are no part of it."""
    path: list[str | int] = []
    rest: list[str | int] = []
    value: Any = tree.value
    for part in loc:
        inside = isinstance(value, dict) and part in value
        within = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if inside or within:
            path.append(part)
            value, rest = value[part], []
        elif isinstance(part, str) and _PATH.fullmatch(part):
            rest.append(part)
    return tuple(path), tuple(rest)


def _fields(schema: type[Value]) -> Iterator[str]:
    yield from (field.alias or name for name, field in schema.model_fields.items())


_SCHEMAS: tuple[type[Value], ...] = (Head, Action, CheckText, Repeat, Input, Markers, Telemetry)
_NAMES = tuple(sorted({name for schema in _SCHEMAS for name in _fields(schema)}))
