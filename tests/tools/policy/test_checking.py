"""A check finds what is wrong with policies and their golden decisions, and says where."""

import pytest

from bot.policies import shipped
from memory.errors import InvalidInput
from tests.fakes.people import facts
from tools.policy.checking import Report, check
from tools.policy.golden import parse_golden
from tools.policy.source import Library, Source

OBSERVE = '@id("look") permit (principal in Role::"viewer", action in Action::"observe", resource);\n'
GOLDEN = """\
at: 2026-11-24T10:00:00Z
decisions:
  - { principal: vic, tool: status.digest, expect: allow, by: [look] }
  - { principal: ghost, tool: status.digest, expect: deny }
"""


def checked(*texts: str, golden: str = GOLDEN) -> Report:
    policies = tuple(Source(name=f"{number}.cedar", text=text) for number, text in enumerate(texts))
    return check(Library(policies=policies, decisions=(Source(name="g.yaml", text=golden),)), facts())


def test_the_shipped_policies_are_in_order() -> None:
    report = check(shipped(), facts())
    assert report.problems == ()
    assert report.decisions > 30
    assert report.hash


def test_what_is_in_order_has_a_hash_and_no_problem() -> None:
    report = checked(OBSERVE)
    assert (report.ok(), report.policies, report.decisions, len(report.hash)) == (True, 1, 2, 64)


@pytest.mark.parametrize(
    ("texts", "place", "found"),
    [
        ((OBSERVE, "\npermit (principal;"), "1.cedar:2", "unexpected"),
        ((OBSERVE, '// x\n@id("b") permit (principal, action == Action::"nope", resource);'), "1.cedar:2", "nope"),
        (("permit (principal, action, resource);",), "0.cedar:1", "@id"),
        ((OBSERVE, OBSERVE), "0.cedar, 1.cedar", "@id of its own"),
        (("// nothing",), "0.cedar", "none"),
    ],
)
def test_a_policy_that_cannot_be_relied_on_is_named_with_its_place(
    texts: tuple[str, ...], place: str, found: str
) -> None:
    (problem,) = checked(*texts).problems
    assert problem.place == place
    assert found in problem.found


@pytest.mark.parametrize(
    ("was", "is_", "found"),
    [
        ("expect: allow", "expect: deny", "expected deny by look, found allow by look"),
        ("expect: allow", "expect: needs 1", "expected needs 1 by look, found allow"),
        ("by: [look]", "by: [other]", "expected allow by other, found allow by look"),
        ("by: [look]", "because: it must", "expected deny (it must)"),
    ],
)
def test_a_decision_that_differs_is_named_with_its_line(was: str, is_: str, found: str) -> None:
    golden = GOLDEN.replace(was, is_).replace("allow, because", "deny, because")
    (problem,) = checked(OBSERVE, golden=golden).problems
    assert problem.place == "g.yaml:3"
    assert found in problem.found


@pytest.mark.parametrize(
    ("golden", "place", "found"),
    [
        ("at: [", "g.yaml:1", "YAML"),
        ("at: 2026-13-45", "g.yaml", "YAML"),
        ("- 1", "g.yaml", "dictionary"),
        (GOLDEN.replace("tool: status", "tol: status", 1), "g.yaml:3", "decisions.0"),
        (GOLDEN.replace("deny }", "perhaps }"), "g.yaml:4", "expect"),
        (GOLDEN.replace("at: 2026-11-24T10:00:00Z\n", ""), "g.yaml", "at"),
    ],
)
def test_golden_decisions_that_cannot_be_read_are_named_with_their_place(
    golden: str, place: str, found: str
) -> None:
    (problem,) = checked(OBSERVE, golden=golden).problems
    assert problem.place == place
    assert found.lower() in problem.found.lower()


@pytest.mark.parametrize(
    ("world", "found"),
    [
        ("{ people: [{ id: vic }, { id: vic, roles: [admin] }] }", "facts that fit"),
        ("{ people: [], timezone: Mars/Olympus }", "Mars"),
        ("{ people: [], trust: { flag.set: 101 } }", "101"),
    ],
)
def test_a_world_that_cannot_be_is_named_with_its_file(world: str, found: str) -> None:
    (problem,) = checked(OBSERVE, golden=f"{GOLDEN}world: {world}\n").problems
    assert problem.place == "g.yaml"
    assert found in problem.found


def test_json_is_as_good_as_yaml() -> None:
    source = Source(
        name="g.json",
        text='{"at": "2026-11-24T10:00:00Z", "decisions": [\n'
        '{"principal": "vic", "approves": "bob", "expect": "deny"}]}',
    )
    golden = parse_golden(source)
    assert golden.lines == (2,)
    with pytest.raises(InvalidInput, match=r"g\.json"):
        parse_golden(Source(name="g.json", text="{}"))
