"""What every source file of the house keeps to, where a linter has no rule for it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.places import PACKAGES, named, sources, texts

LONGEST = 400
LONGER = {
    "tools/capabilities/phrasings/incident_care.py": "data: one phrasing a line",
    "tools/capabilities/phrasings/incidents.py": "data: one phrasing a line",
    "tools/capabilities/phrasings/services.py": "data: one phrasing a line",
    "tools/capabilities/phrasings/turns.py": "data: one phrasing a line",
}

_SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore|nosec|pragma: no)\b(?P<rest>.*)")
_WITH_REASON = re.compile(
    r"(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[a-z, -]+\]|pragma: no cover)\s+(#|-+|—)\s*\w.{2}"
)
_LEFT_BEHIND = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b")
_MACHINE = re.compile(r"(?<![\w.~-])/(wor[k]|far[m]|hom[e]|roo[t]|User[s])/\w")
_REGISTRY = re.compile(
    r"py[p]i\.org|pythonhoste[d]\.org|registry\.npm[j]s|de[b]ian\.org|hf\.c[o]/|hugging[f]ace\.co"
)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the file's lines with their numbers from 1."""
    yield from enumerate(path.read_text(encoding="utf-8").splitlines(), 1)


def matching(pattern: re.Pattern[str]) -> list[str]:
    """Return where in the project's texts the pattern occurs."""
    return [f"{named(path)}:{n}: {line}" for path in texts() for n, line in lines(path) if pattern.search(line)]


def test_every_module_says_what_lives_there() -> None:
    read = ((named(path), path.read_text(encoding="utf-8")) for path in sources(*PACKAGES))
    assert [name for name, text in read if not ast.get_docstring(ast.parse(text))] == []


def test_no_file_is_a_landfill() -> None:
    too_long = {named(path) for path in sources(*PACKAGES, "tests") if len(list(lines(path))) > LONGEST}
    assert too_long == set(LONGER)


def test_a_silenced_rule_names_its_code_and_its_reason() -> None:
    silenced = [
        (f"{named(path)}:{n}", line)
        for path in sources(*PACKAGES, "tests")
        for n, line in lines(path)
        if _SILENCED.search(line) and "re.compile" not in line
    ]
    assert [where for where, line in silenced if not _WITH_REASON.search(line)] == []


def test_nothing_is_left_to_do() -> None:
    assert matching(_LEFT_BEHIND) == []


def test_no_text_names_a_folder_of_somebodys_machine() -> None:
    assert matching(_MACHINE) == []


def test_no_text_names_a_package_registry() -> None:
    assert matching(_REGISTRY) == []
