"""The shipped policies decide as the tables in `decisions.md` say, cell by cell."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memory.model.approval import Assurance
from memory.model.intent import Provenance
from tests.fakes.people import default_text
from tests.tools.policy.world import FACTS, MOMENTS, TUESDAY
from tools.policy import Policy
from tools.policy.arguments import argument_types, read_argument
from tools.policy.question import Budget
from tools.policy.request import Request, decided, verdict

TABLES = Path(__file__).with_name("decisions.md")
FURTHER = Path(__file__).with_name("levels.md")
POLICY = Policy(default_text(), FACTS)
(ADDED,) = re.findall(r"^```cedar\n(.*?)^```$", FURTHER.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
IN_TEAMS = FACTS.model_copy(
    update={
        "people": tuple(
            each.model_copy(update={"teams": ("shop",)}) if each.id in {"ada", "alice"} else each
            for each in FACTS.people
        )
    }
)
WITH_FURTHER = Policy(default_text() + ADDED, IN_TEAMS)
KINDS = {each.name: argument_types(each.arguments) for each in FACTS.capabilities}
MOST = Budget(actions=10, cents=10, tokens=10)
_PERSON = re.compile(r"(\w+)(?: \+(\d))?")

Cell = tuple[str, str, str]


def cells(tables: Path) -> Iterator[Cell]:
    """Yield each cell: the request, the person and the verdict."""
    header: list[str] = []
    for line in tables.read_text(encoding="utf-8").splitlines():
        row = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or row[0].startswith("---"):
            continue
        if row[0] == "request":
            header = row
        else:
            yield from ((row[0], person, said) for person, said in zip(header[1:], row[1:], strict=True))


CELLS = tuple(cells(TABLES))
FURTHER_CELLS = tuple(cells(FURTHER))


def request(words: str, person: str) -> Request:
    """Return what a row asks, for the person of a column."""
    found = _PERSON.fullmatch(person)
    assert found
    first, *rest = words.split()
    said, colon, other = first.partition(":")
    told: dict[str, object] = {"principal": found[1], "at": TUESDAY, "approvals": int(found[2] or 0)}
    if not colon:
        told["tool"] = first
    elif said == "promotes":
        told["promotes"] = other
    else:
        told |= {"approves": other, "break_glass": said == "alone", "tool": rest.pop(0) if rest else None}
    asked = Request.model_validate(told)
    for word in rest:
        asked = asked.model_copy(update=_change(asked, word))
    return asked


def _change(asked: Request, word: str) -> dict[str, object]:
    name, colon, value = word.partition(":")
    if not colon or "=" in name:
        name, _, value = word.partition("=")
        kind = KINDS.get(str(asked.tool), {}).get(name, "")
        return {"arguments": {**asked.arguments, name: read_argument(value, kind)}}
    read: dict[str, Callable[[str], dict[str, object]]] = {
        "sure": lambda value: {"assurance": Assurance(value)},
        "after": lambda value: {"approved_by": tuple(value.split(","))},
        "changed": lambda value: {"changed": int(value)},
        "at": lambda value: {"at": MOMENTS[value]},
        "spent": lambda value: {"budget": MOST.model_copy(update={value: 0} if value != "nothing" else {})},
    }
    if name in read:
        return read[name](value)
    origin = {"untrusted": Provenance.UNTRUSTED, "inferred": Provenance.MODEL}[name]
    return {"provenance": {**asked.provenance, value: origin}}


def check(policy: Policy, words: str, person: str, said: str) -> None:
    decision = decided(policy, request(words, person), TUESDAY)
    spoken = {"allow": "yes", "deny": "no"}.get(verdict(decision), verdict(decision).removeprefix("needs "))
    assert spoken == said, decision
    assert decision.basis.policies
    assert decision.basis.policy_hash == policy.hash


@pytest.mark.parametrize(("words", "person", "said"), CELLS, ids=[f"{who}: {what}" for what, who, _ in CELLS])
def test_the_shipped_policies_decide_as_the_tables_say(words: str, person: str, said: str) -> None:
    check(POLICY, words, person, said)


@pytest.mark.parametrize(
    ("words", "person", "said"), FURTHER_CELLS, ids=[f"{who}: {what}" for what, who, _ in FURTHER_CELLS]
)
def test_policies_on_levels_roles_and_going_alone_decide_as_the_tables_say(
    words: str, person: str, said: str
) -> None:
    check(WITH_FURTHER, words, person, said)


def test_the_tables_hold_at_least_150_decisions_of_every_verdict() -> None:
    assert len(CELLS) >= 150
    assert {said for _, _, said in CELLS} == {"yes", "no", "1", "2"}


def test_every_shipped_policy_decides_something_in_the_tables() -> None:
    deciding: set[str] = set()
    for words, person, _ in CELLS:
        asked = request(words, person)
        question = asked.question(TUESDAY)
        ruling = POLICY.rule(question) if question else None
        deciding |= set(ruling.policies if ruling else decided(POLICY, asked, TUESDAY).basis.policies)
    assert {each.name for each in POLICY.documents()} - deciding == {"tenants-stay-apart"}
