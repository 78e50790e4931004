"""`python -m tests.bench part3`: how fast policy decides, beside a dict lookup and another engine.

2,000 people, 500 services, the shipped policies. The lookup and pycasbin answer less: who may use which tool, by
role; no service, environment, argument, approval, freeze or provenance, and no reason. Writes docs/bench.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import casbin  # type: ignore[import-untyped]  # it has no types
from rich.console import Console

from bot.policies import shipped
from memory.model.catalogue import Catalogue, Service
from memory.model.people import Principal, Role
from memory.model.value import JsonValue
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import timing
from tools.capabilities import EVERY
from tools.policy import Assent, Facts, Policy, Question, decide
from tools.policy.entities import INCLUDES
from tools.policy.request import Request
from tools.policy.simulating import simulate

NAME = "part3"
PEOPLE, SERVICES = 2_000, 500
WARM, COUNT = 500, 5_000
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
MODEL = """
[request_definition]
r = sub, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && g2(r.act, p.act)
"""
FLOORS = """
The floor of a decision is one lookup in a dict that has the answer for each person and tool. pycasbin, in the same
run, decides by role and tier alone. Neither looks at services, arguments, approvals, freezes or where a value came
from, and neither says why.
"""


def facts() -> Facts:
    """Return a large tenant; roles and criticality are spread evenly."""
    roles = tuple(Role)
    people = tuple(
        Principal(id=f"p{number}", tenant="acme", name=f"P {number}", roles=(roles[number % len(roles)],))
        for number in range(PEOPLE)
    )
    services = tuple(Service(name=f"s{number}", criticality=1 + number % 3) for number in range(SERVICES))
    return Facts(tenant="acme", capabilities=EVERY, people=people, catalogue=Catalogue(services=services))


def requests(count: int) -> Iterator[Request]:
    """Yield requests that are all different: half are looks, half are changes, by everybody about everything."""
    calls: tuple[tuple[str, dict[str, JsonValue]], ...] = (
        ("metrics.signal", {"signal": "cpu"}),
        ("service.restart", {"environment": "production"}),
        ("deploys.list", {}),
        ("service.scale", {"environment": "production", "replicas": 48}),
    )
    for number in range(count):
        tool, arguments = calls[number % len(calls)]
        yield Request(
            principal=f"p{number % PEOPLE}",
            tool=tool,
            arguments={"service": f"s{number * 7 % SERVICES}", **arguments},
            at=NOW,
        )


def timed_us(
    name: str, calls: Sequence[Callable[[], object]], floor: Figure | None = None, aim: str = ""
) -> Figure:
    """Time calls one by one, the first `WARM` of them for nothing."""
    taken = []
    for number, call in enumerate(calls):
        began = time.perf_counter_ns()
        call()
        if number >= WARM:
            taken.append((time.perf_counter_ns() - began) / 1000)
    measured = timing(taken)  # microseconds here, whatever its fields are called
    return Figure(
        name=name,
        unit="µs",
        value=measured.p50_ms,
        p99=measured.p99_ms,
        floor=floor.value if floor else None,
        aim=aim,
    )


def looked_up(known: Facts, asked: Sequence[Question]) -> Figure:
    """Time a lookup in a dict."""
    answers = {(person.id, tool.name): True for person in known.people for tool in known.capabilities}
    keys = [(question.principal, question.call.tool) for question in asked]
    return timed_us("a lookup in a dict", [partial(answers.__getitem__, key) for key in keys])


def by_casbin(known: Facts, asked: Sequence[Question]) -> Figure:
    """Time pycasbin with the same people, roles, tools and tiers."""
    model = casbin.Model()
    model.load_model_from_text(MODEL)
    enforcer = casbin.Enforcer(model)
    enforcer.add_policies([["viewer", "observe"], ["operator", "execute"]])
    enforcer.add_grouping_policies([[person.id, role.value] for person in known.people for role in person.roles])
    enforcer.add_grouping_policies([[role.value, each.value] for role in Role for each in INCLUDES[role]])
    enforcer.add_named_grouping_policies("g2", [[each.name, str(each.tier)] for each in known.capabilities])
    words = [(question.principal, question.call.tool) for question in asked]
    return timed_us("pycasbin, by role and tier", [partial(enforcer.enforce, *each) for each in words])


def measured() -> list[Figure]:
    """Measure everything, one after another."""
    known, text = facts(), shipped().text()
    began = time.perf_counter()
    policy = Policy(text, known)
    built = round((time.perf_counter() - began) * 1000, 1)
    wishes = list(requests(WARM + COUNT))
    asked = [question for wish in wishes if (question := wish.question(NOW)) is not None]
    floor = looked_up(known, asked)
    approvers = [f"p{number}" for number in range(PEOPLE)]
    return [
        timed_us("a decision", [partial(policy.rule, question) for question in asked], floor, "p99 ≤ 500 µs"),
        timed_us("a decision with its quorum", [partial(decide, policy, question) for question in asked], floor),
        timed_us(
            "an approval",
            [partial(policy.rule_assent, Assent(principal=who, requester="p0", at=NOW)) for who in approvers],
            floor,
        ),
        floor,
        by_casbin(known, asked),
        Figure(
            name="decisions simulated a second", unit="/s", value=_simulated(policy, text, wishes), aim="≥ 5000 /s"
        ),
        Figure(name="a policy made of text and facts", unit="ms", value=built),
    ]


def _simulated(policy: Policy, text: str, wishes: Sequence[Request]) -> float:
    """Return how many decisions a second a simulation makes: two a request, each with its quorum."""
    stricter = Policy(text.replace("replicas > 50", "replicas > 47"), policy.facts)
    began = time.perf_counter()
    found = simulate(policy, stricter, wishes, NOW)
    if not found.changes:
        raise RuntimeError("expected the stricter policies to change answers, found none changed")
    return round(2 * found.requests / (time.perf_counter() - began), 0)


def main() -> None:
    """Measure, print, write."""
    console = Console()
    with console.status("deciding"):
        figures = measured()
    console.print(report.table(figures))
    report.write(figures, Path(__file__).parents[2] / "docs" / "bench", NAME, FLOORS)
