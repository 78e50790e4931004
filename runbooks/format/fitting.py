"""Calls as they are written, held against the tools there are: the name, the references, the arguments. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice, product, zip_longest
from typing import Any

from pydantic import ValidationError

from memory.errors import InvalidInput
from memory.model.value import JsonValue
from runbooks.format.finding import Findings, shown
from runbooks.format.inputs import FREE, Input
from runbooks.format.model import CallText
from runbooks.format.references import filled, malformed, references, whole
from runbooks.format.tree import Path, Tree
from tools.contract import Capability

MOST_TRIALS = 64
UNKNOWN_TOOL = "tool.unknown"

Known = Mapping[str, Input]


class Fitting:
    """Looks at the calls of one action; `known` are the names it may refer to."""

    def __init__(
        self, capabilities: Mapping[str, Capability], known: Known, tree: Tree, findings: Findings
    ) -> None:
        self._capabilities = capabilities
        self._known = known
        self._tree = tree
        self._findings = findings

    def call(self, call: CallText, path: Path) -> Capability | None:
        """Note what is wrong with a call at `path` of the action, and return the tool it names."""
        capability = self._capabilities.get(call.tool)
        if capability is None:
            near = get_close_matches(call.tool, self._capabilities, n=1)
            mend = f"Did you mean {near[0]}?" if near else "`quarterdeck runbook tools` lists them."
            self._findings.add(self._tree.mark((*path, "tool")), UNKNOWN_TOOL, "a known tool", call.tool, mend)
        sound = self._referred(call.arguments, (*path, "arguments"))
        if capability is not None and sound:
            self._fits(capability, call, (*path, "arguments"))
        return capability

    def words(self, text: str, path: Path) -> None:
        """Note references to nothing in words that people read."""
        for _, name, _ in references(text):
            if name not in self._known:
                self._unknown(name, path)

    def _referred(self, value: JsonValue, path: Path) -> bool:
        """Return whether every reference in a value leads to an input and stands where that may stand."""
        sound = True
        for inner, text in malformed(value):
            sound = False
            mark = self._tree.mark((*path, *inner))
            self._findings.add(mark, "reference.malformed", "`{{ name }}`", shown(text), "Mend the braces.")
        for inner, name, text in references(value):
            wanted = self._known.get(name)
            if wanted is None:
                sound = False
                self._unknown(name, (*path, *inner))
            elif whole(text) is None and (wanted.type in FREE or wanted.of is not None):
                sound = False
                mark = self._tree.mark((*path, *inner))
                expected = f"{name} to be the whole value, as it may hold anything"
                mend = "Give the input a narrower type, or let it stand alone."
                self._findings.add(mark, "reference.embedded", expected, shown(text), mend)
        return sound

    def _unknown(self, name: str, path: Path) -> None:
        mark = self._tree.mark(path)
        self._findings.add(mark, "reference.unknown", "the name of an input", name, near_to(name, self._known))

    def _fits(self, tool: Capability, call: CallText, path: Path) -> None:
        """Try the call with values that the inputs may have; the tool has to take each of them."""
        names = sorted({name for _, name, _ in references(call.arguments)})
        for values in _trials({name: self._known[name] for name in names}):
            arguments = filled(call.arguments, values)
            given = {n: v for n, v in arguments.items() if v is not None} if isinstance(arguments, dict) else {}
            try:
                tool.arguments.model_validate(given)
            except ValidationError as error:
                for problem in error.errors(include_url=False):
                    self._misfit(tool, problem, path)
                return
            except InvalidInput as error:  # a time that cannot be read
                self._findings.add(self._tree.mark(path), "argument.value", "arguments that fit", error.message)
                return

    def _misfit(self, tool: Capability, problem: Any, path: Path) -> None:
        kind, loc, takes = problem["type"], problem["loc"][:1], tool.arguments.model_fields
        name = str(loc[0]) if loc else "arguments"
        mark = self._tree.mark((*path, *loc))
        if kind == "extra_forbidden":
            mark = self._tree.name((*path, *loc))
            expected = f"an argument of {tool.name} ({', '.join(takes) or 'it has none'})"
            self._findings.add(mark, "argument.unknown", expected, name, near_to(name, takes))
        elif kind == "missing":
            expected = f"{name}, which {tool.name} needs"
            self._findings.add(mark, "argument.missing", expected, "none", f"Add {name}.")
        else:
            expected = problem["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
            expected = f"{expected[:1].lower()}{expected[1:]} for {name}"
            self._findings.add(mark, "argument.value", expected, shown(problem["input"]))


def near_to(name: str, known: Iterable[str]) -> str:
    """Return what may have been meant, or what there is."""
    names = list(known)
    near = get_close_matches(name, names, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    return f"There is {', '.join(names[:12])}." if names else "There is none."


def _trials(inputs: Known) -> Iterator[dict[str, JsonValue]]:
    """Yield values for the names: each that a tool has to take, in every mix where those are few."""
    columns = [_column(each) for each in inputs.values()]
    rows: Iterable[tuple[JsonValue, ...]] = islice(product(*columns), MOST_TRIALS)
    one_by_one = zip_longest(*(enumerate(column) for column in columns))
    rows = (*rows, *(_row(row, columns) for row in one_by_one))
    for row in rows:
        yield dict(zip(inputs, row, strict=True))


def _column(wanted: Input) -> list[JsonValue]:
    absent: list[JsonValue] = [None] if wanted.optional and wanted.default is None else []
    return [*wanted.witnesses(), *absent]


def _row(row: tuple[Any, ...], columns: list[list[JsonValue]]) -> tuple[JsonValue, ...]:
    """Return a row in which the columns that have ended go on with their first value."""
    return tuple(column[0] if cell is None else cell[1] for cell, column in zip(row, columns, strict=True))
