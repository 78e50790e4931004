"""A trace in words and as a picture: readable, safe whatever stands in the log, and true to the graph."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.trace import Trace, seconds, told
from bot.trace.dot import dot
from bot.trace.layout import WIDTH, laid_out
from bot.trace.picture import STYLE, svg
from memory.model.bodies import Acted, Ended, Observed
from memory.model.record import SYSTEM
from memory.model.run import RunStatus
from memory.trace import causal_graph, chains
from tests.fakes.time import MIDNIGHT
from tests.memory.trace.story import CALL, POLICY, Event, acted, logged, story

SVG = "{http://www.w3.org/2000/svg}"


def traced(events: dict[str, Event], **people: str) -> Trace:
    graph = causal_graph(logged(events.values()))
    return Trace(subject="cor_1", graph=graph, chains=chains(graph), people=people, policies={POLICY: 0})


def look(number: int, *, ok: bool = True) -> Event:
    body = Observed(
        message="m1",
        tool=f"tool.number{number}",
        call_digest=f"{number:02x}" * 32,
        decision="allow",
        policies=("p",),
        policy_hash=POLICY,
        ok=ok,
        code="" if ok else "connector.unreachable",
    )
    return "alice", body


def looks(count: int) -> dict[str, Event]:
    return story() | {f"look {number}": look(number) for number in range(count)}


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314 - our own


def test_every_thing_is_told_with_who_when_and_where_in_the_log() -> None:
    found = texts(svg(traced(story(), alice="Alice", bob="Bob")))
    assert found.count("Approved") == 2
    assert "Bob · #6 · +6 s" in found
    assert "cara… · #7 · +7 s" in found
    assert "Done" in found
    assert "Taken back" in found


def test_a_decision_names_its_policies_and_where_they_were_put_in_force() -> None:
    trace = traced(story())
    decision = trace.graph.by_subject()["decision:r1"]
    assert told(decision, trace).details == (
        "2 approvals needed",
        "p",
        f"policy set {POLICY[:8]}, since #0",
    )


def test_an_action_carries_the_verdict_on_its_chain() -> None:
    assert texts(svg(traced(story()))).count("✔") == 2
    broken = svg(traced({name: event for name, event in story().items() if name != "cara"}))
    assert texts(broken).count("✘") == 2
    assert "Missing: approval:by-cara" in broken


def test_many_alike_share_a_card_that_leads_to_each() -> None:
    picture = svg(traced(looks(8)), lambda node: f"#entry-{node.index}")
    assert "Looked 8 times" in texts(picture)
    assert all(f'href="#entry-{index}"' in picture for index in range(20))


def test_few_alike_stand_side_by_side() -> None:
    assert texts(svg(traced(looks(3)))).count("Looked") == 3


def test_what_failed_is_marked() -> None:
    trace = traced(story() | {"look": look(1, ok=False)})
    assert told(trace.graph.by_subject()["observation:m1/" + "01" * 8], trace).bad
    assert 'class="t-node t-bad"' in svg(trace)


@given(st.integers(0, 12))
def test_no_card_covers_another_and_all_lie_in_the_picture(count: int) -> None:
    trace = traced(looks(count))
    layout = laid_out(trace.graph, {node.subject: 3 for node in trace.graph.nodes})
    boxes = layout.boxes
    assert {node.subject for box in boxes for node in box.nodes} == {node.subject for node in trace.graph.nodes}
    for box in boxes:
        assert 0 <= box.x <= layout.width - WIDTH
        assert 0 <= box.y <= layout.height - box.height
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = (
                abs(one.x - other.x) >= WIDTH or one.y + one.height <= other.y or other.y + other.height <= one.y
            )
            assert apart


def test_causes_stand_above_and_the_end_stands_last() -> None:
    trace = traced(story() | {"end": (SYSTEM, Ended(run="r1", status=RunStatus.UNDONE))})
    layout = laid_out(trace.graph, {node.subject: 3 for node in trace.graph.nodes})
    box_of = layout.box_of()
    assert all(box_of[cause].y < box_of[node.subject].y for node in trace.graph.nodes for cause in node.causes)
    assert layout.boxes[-1].nodes[0].subject == "end:r1"


@settings(max_examples=25)
@given(st.text(max_size=60))
def test_whatever_stands_in_the_log_is_text_and_never_markup(hostile: str) -> None:
    events = story()
    actor, body = acted(Acted, "g1", CALL)
    trace = traced(events | {"outcome": (actor, body.model_copy(update={"code": hostile}))}, bob=hostile)
    picture = svg(trace, lambda node: f"/x?{hostile}#{node.index}")
    root = ET.fromstring(picture)  # noqa: S314 - that it can be parsed is the point
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "style", "g", "rect", "path", "text", "a"}


def test_a_picture_within_a_page_brings_no_style_of_its_own() -> None:
    assert "<style>" not in svg(traced(story()), styled=False)
    assert STYLE in svg(traced(story()))
    assert "prefers-color-scheme:dark" in STYLE


def test_no_external_thing_is_loaded() -> None:
    assert not re.search(r"url\(|@import|<script|<image|https?://(?!www\.w3\.org/2000/svg)", svg(traced(story())))


def test_dot_has_an_arrow_for_each_cause() -> None:
    trace = traced(story())
    arrows = dot(trace).count(" -> ")
    assert arrows == sum(len(node.causes) for node in trace.graph.nodes)
    assert '"decision:r1" -> "grant:g1";' in dot(trace)


def test_dot_escapes_what_is_special_there() -> None:
    events = story()
    actor, body = events["outcome"]
    trace = traced(events | {"outcome": (actor, body.model_copy(update={"code": 'x"]; evil [label="\\'}))})
    assert 'x\\"]; evil [label=\\"\\\\' in dot(trace)


@pytest.mark.parametrize(
    ("passed", "said"),
    [(0, "+0 s"), (0.0424, "+0.042 s"), (9.94, "+9.9 s"), (12.4, "+12 s"), (754, "+12 min 34 s")],
)
def test_times_are_counted_from_the_beginning(passed: float, said: str) -> None:
    assert seconds(MIDNIGHT + timedelta(seconds=passed), MIDNIGHT) == said
