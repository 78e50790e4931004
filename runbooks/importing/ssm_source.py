"""An SSM document as it was written: its value, the line of each part, and each step's own text. Pure."""

import json
from dataclasses import dataclass
from typing import Any

import yaml

from memory.errors import RunbookInvalid

DEEPEST = 60


@dataclass(frozen=True)
class Source:
    """A document. `lines` gives where parts stand, `texts` the steps' own text where that could be found."""

    value: dict[str, Any]
    language: str
    lines: dict[tuple[str | int, ...], int]
    texts: tuple[str, ...]

    def line(self, *path: str | int) -> int:
        """Return the line of a part, else that of what is around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def text_of(self, step: int) -> str:
        """Return a step as it stands in the file, or else the same value written anew."""
        if step < len(self.texts):
            return self.texts[step]
        return json.dumps(self.value["mainSteps"][step], indent=2, ensure_ascii=False, default=str)


def parsed(text: str, file: str) -> Source:
    """Return the document in a text; raises `RunbookInvalid` with file and line where it is no mapping."""
    language = "json" if text.lstrip()[:1] == "{" else "yaml"
    value = _json(text, file) if language == "json" else _yaml(text, file)
    if not isinstance(value, dict):
        raise RunbookInvalid(f"{file}:1: expected an SSM document, found {type(value).__name__}")
    lines, texts = _places(text)
    return Source(value=value, language=language, lines=lines, texts=texts)


def _json(text: str, file: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise RunbookInvalid(f"{file}:{_line_of(text, twice)}: expected {twice!r} once, found it twice")
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise RunbookInvalid(f"{file}:{error.lineno}: expected JSON, found: {error.msg}") from None
    except RecursionError:
        raise RunbookInvalid(f"{file}:1: expected at most {DEEPEST} levels, found more") from None


def _line_of(text: str, name: str) -> int:
    at = text.rfind(json.dumps(name))
    return text[: max(at, 0)].count("\n") + 1


def _yaml(text: str, file: str) -> Any:
    try:
        _plain_only(text, file)
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 1
        raise RunbookInvalid(f"{file}:{line}: expected YAML, found: {error.problem}") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise RunbookInvalid(f"{file}:1: expected YAML, found: {str(error)[:200]}") from None


def _plain_only(text: str, file: str) -> None:
    """Refuse what repeats parts, by which a few lines grow without end, and what nests too deeply."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > DEEPEST:
            found = "an alias" if isinstance(event, yaml.AliasEvent) else f"more than {DEEPEST} levels"
            raise RunbookInvalid(
                f"{file}:{getattr(event.start_mark, 'line', 0) + 1}: expected a plain document, found {found}"
            )


def _places(text: str) -> tuple[dict[tuple[str | int, ...], int], tuple[str, ...]]:
    """Return the lines of the parts and the texts of the steps; nothing where JSON is no YAML, as with tabs."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, ()
    lines: dict[tuple[str | int, ...], int] = {}
    texts: list[str] = []
    if not isinstance(node, yaml.MappingNode):
        return lines, ()
    for key, each in node.value:
        name = str(getattr(key, "value", ""))
        lines[(name,)] = key.start_mark.line + 1
        if name == "mainSteps" and isinstance(each, yaml.SequenceNode):
            for number, step in enumerate(each.value):
                lines[(name, number)] = step.start_mark.line + 1
                texts.append(_own(text, step))
    return lines, tuple(texts)


def _own(text: str, node: yaml.Node) -> str:
    """Return the lines of a node as they stand, the first one indented as the others are."""
    start, end = node.start_mark, node.end_mark
    return " " * start.column + text[start.index : end.index].rstrip()
