"""YAML as plain values that know where they stand. Pure, and safe: no tags, no aliases, no depth without end.

Scalars are read as YAML 1.2 has them, so that `no` is a word and `1e3` a number wherever it is written; the text
of a scalar as it stands in the file stays at hand.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from memory.model.value import JsonValue
from runbooks.format.finding import Findings, Mark, shown

DEEPEST = 12
LARGEST = 65_536  # characters of one block of YAML

Path = tuple[str | int, ...]

_WHOLE = re.compile(r"[-+]?[0-9]{1,15}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,2})?")
_WORDS: dict[str, JsonValue] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Tree:
    """A mapping as it was written: its value, where each part stands, and each scalar's own text."""

    value: dict[str, JsonValue]
    marks: dict[Path, Mark]
    texts: dict[Path, str] = field(default_factory=dict)
    names: dict[Path, Mark] = field(default_factory=dict)  # where each name of a mapping stands

    def name(self, path: Path) -> Mark:
        """Return where the name of this part stands."""
        return self.names.get(path) or self.mark(path)

    def mark(self, path: Path) -> Mark:
        """Return where the part of this path stands, else the nearest part around it."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, Mark())


def parse(text: str, start: Mark, findings: Findings) -> Tree | None:
    """Return the mapping in `text`, which stands at `start` of its file; None where it is none, with a finding."""
    if len(text) > LARGEST:
        findings.add(
            start, "yaml.size", f"at most {LARGEST} characters of YAML", f"{len(text)}", "Make it shorter."
        )
        return None
    try:
        event, node = _composed(text)
        if event is not None:
            mark = _moved(event.start_mark, start)
            findings.add(mark, "yaml.alias", "plain YAML", "an anchor, an alias or a tag", "Write the value out.")
            return None
    except yaml.MarkedYAMLError as error:
        mark = _moved(error.problem_mark or error.context_mark, start)
        findings.add(
            mark, "yaml.syntax", "YAML", str(error.problem or error.context), _quoting(str(error.problem))
        )
        return None
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a character that YAML does not have
        findings.add(start, "yaml.syntax", "YAML", shown(str(error)), "Take out what is no text.")
        return None
    if not isinstance(node, yaml.MappingNode):
        findings.add(start, "yaml.mapping", "names with values, as in `tool: …`", "something else")
        return None
    return _Reader(start, findings).tree(node)


def _composed(text: str) -> tuple[yaml.Event | None, yaml.Node | None]:
    """Return what must not be there and, where nothing is, the node; raises `yaml.YAMLError` where it is no YAML.

    libyaml reads nine times as fast; what it refuses is read again for the clearer words about what is wrong.
    """
    try:
        return _read_by(yaml.CSafeLoader, text)
    except yaml.YAMLError:
        return _read_by(yaml.SafeLoader, text)


def _read_by(loader: type[Any], text: str) -> tuple[yaml.Event | None, yaml.Node | None]:
    event = _forbidden(text, loader)
    return event, yaml.compose(text, Loader=loader) if event is None else None


def _forbidden(text: str, loader: type[Any]) -> yaml.Event | None:
    """Return the first event that names, repeats or types something: none of that belongs into a runbook."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        named = getattr(event, "anchor", None) is not None
        typed = isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None) is not None
        if named or typed or depth > DEEPEST:
            return event
    return None


class _Reader:
    """Walks the nodes of one block."""

    def __init__(self, start: Mark, findings: Findings) -> None:
        self._start = start
        self._findings = findings
        self._marks: dict[Path, Mark] = {}
        self._texts: dict[Path, str] = {}
        self._names: dict[Path, Mark] = {}

    def tree(self, node: yaml.MappingNode) -> Tree:
        self._marks[()] = _moved(node.start_mark, self._start)
        return Tree(self._mapping(node, ()), self._marks, self._texts, self._names)

    def _read(self, node: yaml.Node, path: Path) -> JsonValue:
        self._marks[path] = _moved(node.start_mark, self._start)
        if isinstance(node, yaml.MappingNode):
            return self._reference(node, path) or self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._read(each, (*path, number)) for number, each in enumerate(node.value)]
        self._texts[path] = str(node.value)
        return scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {}
        for key, each in node.value:
            mark = _moved(key.start_mark, self._start)
            if not isinstance(key, yaml.ScalarNode):
                self._findings.add(mark, "yaml.key", "a name", "a collection", "Use words as names.")
                continue
            name = str(key.value)
            if name in found:
                self._findings.add(mark, "yaml.duplicate_key", f"{name} once", "it twice", "Keep one of them.")
                continue
            self._names[(*path, name)] = mark
            found[name] = self._read(each, (*path, name))
            if isinstance(each, yaml.CollectionNode):
                self._marks[(*path, name)] = mark
        return found

    def _reference(self, node: yaml.MappingNode, path: Path) -> str | None:
        """Return an unquoted `{{ name }}`, a mapping of a mapping to YAML, as the text it was meant to be."""
        if len(node.value) != 1 or not isinstance(node.value[0][0], yaml.MappingNode):
            return None
        inner = node.value[0][0]
        if len(inner.value) != 1 or not isinstance(inner.value[0][0], yaml.ScalarNode):
            return None
        name = inner.value[0][0].value
        self._findings.add(
            self._marks[path],
            "reference.unquoted",
            f'"{{{{ {name} }}}}" in quotes',
            "it without",
            "Put it in quotes.",
        )
        return f"{{{{ {name} }}}}"


def scalar(node: yaml.ScalarNode) -> JsonValue:
    """Return a scalar's value: what is quoted or a block is text; the rest is read as YAML 1.2 has it."""
    text = str(node.value)
    if node.style:  # none or empty where it is plain
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text


def _moved(mark: Any, start: Mark) -> Mark:
    if mark is None:
        return start
    return Mark(line=start.line + mark.line, column=start.column + mark.column)


def _quoting(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return "A value with `: ` in it stands in quotes."
    if "cannot start any token" in problem:
        return "A value that begins with @, `, % or a tab stands in quotes; indent with spaces."
    return "Look at the quotes, the indentation and the brackets before this place."
