"""Questions of every kind, many of them nonsense, for the properties; and policies put together again."""

import json
from collections.abc import Iterable

import cedarpy
from hypothesis import settings
from hypothesis import strategies as st

from memory.model.intent import Provenance
from memory.model.plan import Call
from memory.model.value import JsonValue
from tests.tools.policy.world import MOMENTS, PEOPLE, TOOLS, TUESDAY
from tools.policy import Budget, Question
from tools.policy.document import Document

PATIENT = settings(deadline=None)  # a busy machine disproves nothing
STRANGERS = ("ghost", "", "a/b", 'x"; permit', "acme/ada")
NO_TOOLS = ("made.up", "approve", "execute", "write", "observe")
VALUES = st.one_of(
    st.sampled_from(["checkout", "payments", "website", "nowhere", "production", "staging", "moon", "2h", "x"]),
    st.integers(-5, 100),
    st.just(2**64),
    st.booleans(),
    st.none(),
    st.just(1.5),
    st.lists(st.text(max_size=2), max_size=2),
)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """Return a call that is sensible about half the time."""
    tool = draw(st.sampled_from(TOOLS))
    own = tuple(tool.arguments.model_fields)
    sensible: dict[str, JsonValue] = {
        "service": draw(st.sampled_from(["checkout", "payments", "website"])),
        "environment": draw(st.sampled_from(["production", "staging"])),
        "replicas": draw(st.integers(0, 60)),
        "duration": "2h",
        "enabled": True,
    }
    odd = draw(st.dictionaries(st.sampled_from([*own, "service", "odd"]), VALUES, max_size=2))
    arguments = {name: sensible.get(name, "text") for name in own} | (odd if draw(st.booleans()) else {})
    origins = st.dictionaries(st.sampled_from([*own, "other"]), st.sampled_from(Provenance), max_size=2)
    name = tool.name if draw(st.integers(0, 9)) else draw(st.sampled_from(NO_TOOLS))
    return Call(tool=name, arguments=arguments, provenance=draw(origins) if draw(st.booleans()) else {})


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Return a question, by somebody known about half the time."""
    budget = st.builds(Budget, actions=st.integers(-1, 2), cents=st.just(1), tokens=st.just(1))
    return Question(
        principal=draw(st.sampled_from([*(each.id for each in PEOPLE), *STRANGERS])),
        call=draw(calls()),
        at=draw(st.sampled_from([TUESDAY, *MOMENTS.values()])),
        approvals=draw(st.integers(0, 6)),
        budget=draw(st.none() | budget),
    )


def joined(documents: Iterable[Document]) -> str:
    """Return policies as one text."""
    form = {"templates": {}, "staticPolicies": {each.name: each.form for each in documents}, "templateLinks": []}
    return str(cedarpy.policies_from_json_str(json.dumps(form)))
