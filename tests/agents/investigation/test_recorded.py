"""Recorded cases are read in either layout; what is malformed is refused with its place."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.investigation.recorded import About, about, graph_csv, graph_json, situation
from agents.investigation.situation import Measure, Normal, Target
from agents.investigation.tables import Metrics, metrics
from memory.errors import InvalidInput

HEADED = """\
microservice,shop,shop,shop,store,store
metric,latency,latency,availability,latency,requests
statistic,p99,Average,Average,Average,Sum
unix_timestamp,,,,,
1681350300.0,9,0.2,98.0,,7
1681350000.0,9,0.1,100.0,0.5,
"""
PLAIN = """\
time,node,metric,value
2026-11-20T10:00:00+00:00,shop,latency,0.1
2026-11-20T10:00:00+00:00,shop,availability,99
1763632860,shop,latency,
1763632860,store,failures,0.25
"""
GRAPH = ",shop,store\nshop,0,1.0\nstore,0.0,0.0\n"


def test_a_headed_table_gives_averages_in_order_of_time_with_gaps_as_gaps() -> None:
    found = metrics(HEADED, "metrics.csv")
    assert found.times == (1681350000.0, 1681350300.0)
    assert found.values["shop", Measure.LATENCY] == (0.1, 0.2)
    assert found.values["shop", Measure.FAILURES] == pytest.approx((0.0, 0.02))
    assert found.values["store", Measure.LATENCY] == (0.5, None)
    assert found.values["store", Measure.TRAFFIC] == (None, 7.0)


def test_plain_rows_give_the_same_kinds_of_measures() -> None:
    found = metrics(PLAIN, "metrics.csv")
    assert found.times == (1763632860.0, 1795168800.0)
    assert found.values["shop", Measure.FAILURES][1] == pytest.approx(0.01)
    assert found.values["store", Measure.FAILURES] == (0.25, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "found an empty file"),
        ("a,b\n1,2\n", "line 1: expected time,node,metric,value or a table"),
        ("time,node,metric,value\n1,shop,latency\n", "line 2: expected 4 values, found 3"),
        ("time,node,metric,value\n1,shop,colour,3\n", "line 2: expected a node and one of latency"),
        (
            "time,node,metric,value\nnoon,shop,latency,3\n",
            "line 2: expected unix seconds or a time of ISO 8601",
        ),
        ("time,node,metric,value\n1,shop,latency,inf\n", "line 2: expected a finite number, found 'inf'"),
        ("time,node,metric,value\n1,shop,latency,fast\n", "line 2: expected a number for latency, found 'fast'"),
        ("time,node,metric,value\n1,shop,latency,-1\n", "expected latency within its bounds"),
        ("time,node,metric,value\n1,shop,availability,101\n", "expected availability within its bounds"),
        ("time,node,metric,value\n1,shop,latency,1\n1,shop,latency,2\n", "expected one latency of shop"),
        (
            "microservice,shop\nstatistic,Average\n",
            "expected rows that begin with microservice, metric, statistic",
        ),
        ("microservice,shop\nmetric,colour\nstatistic,Average\n1,2\n", "line 4, shop: expected a node and one of"),
        ("microservice,shop\nmetric,latency\nstatistic,Average\n1,2,3\n", "line 4: expected 2 values, found 3"),
        ("microservice,shop\nmetric,latency\nstatistic,Average\n1,2\n1,3\n", "the same moment twice"),
    ],
)
def test_metrics_that_are_malformed_are_refused_with_their_place(text: str, says: str) -> None:
    with pytest.raises(InvalidInput) as error:
        metrics(text, "metrics.csv")
    assert says in error.value.message
    assert "metrics.csv" in error.value.message


LAYOUTS = {
    "other names of the columns": (
        "timestamp,service,kpi_name,value\n60000000000000,shop,response_time_ms,100\n60000000060000,shop,response_time_ms,200\n"
    ),
    "a row for each node": "time,service,latency,gc_pauses\n60000000000,shop,0.1,1\n60000000060,shop,0.2,\n",
    "a column for each node": (
        "time,shop_latency-50,shop_latency-90,shop_gc\n60000000000,0.1,1,3\n60000000060,0.2,2,3\n"
    ),
    "two rows of heads": "service,shop,shop\nmetric,latency,cpu\n60000000000,0.1,5\n60000000060,0.2,6\n",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_other_layouts_give_the_same_measures(text: str) -> None:
    found = metrics(text, "metrics.csv")
    assert found.times == (60_000_000_000.0, 60_000_000_060.0)
    assert found.values["shop", Measure.LATENCY] == pytest.approx((0.1, 0.2))


def test_gaps_are_gaps_a_time_without_an_offset_is_utc_and_what_nobody_knows_is_left_out_by_name() -> None:
    text = (
        "time,node,metric,value\n2026-11-20T10:00:00,shop,latency,NaN\n2026-11-20T10:00:00Z,shop,gc_pauses,4\n"
        "2026-11-20T10:01:00,shop,latency,null\n2026-11-20T10:02:00,shop,latency,0.5\n"
    )
    found = metrics(text, "metrics.csv")
    assert found.values == {("shop", Measure.LATENCY): (None, None, 0.5)}
    assert found.left_out == ("gc_pauses",)


def test_counted_errors_are_shares_of_the_calls_and_of_nothing_where_those_are_not_known() -> None:
    rows = ("1,shop,errors,30", "1,shop,requests,100", "2,shop,errors,0", "2,shop,requests,0", "1,pay,errors,7")
    found = metrics("\n".join(("time,node,metric,value", *rows)), "metrics.csv")
    assert found.values["shop", Measure.FAILURES] == (0.3, None)
    assert ("pay", Measure.FAILURES) not in found.values
    assert found.left_out == ("errors",)


def test_a_graph_is_read_from_lists_of_calls_of_other_forms() -> None:
    calls = {("shop", "pay"), ("pay", "db")}
    assert graph_csv("source,weight,target\nshop,1,pay\npay,1,db\n", "graph.csv") == calls
    for whole in (
        {"edges": [{"source": "shop", "target": "pay"}, {"caller": "pay", "callee": "db"}]},
        {"shop": ["pay"], "pay": ["db"], "db": []},
    ):
        assert graph_json(json.dumps(whole), "graph.json") == calls


def test_a_graph_is_read_from_caller_to_callee_and_nobody_calls_itself() -> None:
    assert graph_csv(GRAPH, "graph.csv") == {("shop", "store")}
    assert graph_csv(",a,b\na,1,1\nb,0,0\n", "graph.csv") == {("a", "b")}
    text = json.dumps({"calls": [["shop", "store"], {"from": "shop", "to": "pay"}]})
    assert graph_json(text, "graph.json") == {("shop", "store"), ("shop", "pay")}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "found an empty file"),
        (",a,a\n", "the names of the nodes, each once"),
        (",a,b\na,1\n", "line 2: expected 3 values, found 2"),
        (",a,b\na,0,yes\n", "line 2: expected a number for call"),
        (",a,b\na,0,0\nb,0,0\n", "expected calls between nodes, found none"),
    ],
)
def test_a_malformed_matrix_is_refused(text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=r"graph\.csv") as error:
        graph_csv(text, "graph.csv")
    assert says in error.value.message


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"calls": [["a"]]}', '{"calls": [["a", 1]]}', '{"calls": []}'])
def test_a_malformed_list_of_calls_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"graph\.json"):
        graph_json(text, "graph.json")


def test_what_is_said_to_be_the_cause_is_not_read() -> None:
    told = {"target": {"node": "shop", "metric": "latency", "agg": "Average"}, "root_cause": {"node": "store"}}
    bare = {"target": {"node": "shop", "metric": "latency"}}
    assert about(json.dumps(told), "target.json") == about(json.dumps(bare), "target.json")
    assert about(json.dumps(bare), "target.json") == About(target=Target("shop", Measure.LATENCY))


def test_changes_are_read_with_a_name_of_their_own_where_they_have_none() -> None:
    row = {"node": "shop", "kind": "Deploy", "at": "2026-11-20T10:00:00Z", "what": "release 2"}
    found = about(json.dumps({"changes": [row]}), "case.json").changes[0]
    assert (found.kind, found.what, found.id) == ("deploy", "release 2", "Deploy:shop:2026-11-20T10:00:00Z")


@pytest.mark.parametrize(
    ("whole", "says"),
    [
        ({"target": {"metric": "latency"}}, "expected a target as"),
        ({"target": {"node": "shop", "metric": "colour"}}, "expected as the target's metric"),
        ({"changes": {}}, "expected changes as a list"),
        ({"changes": [{"node": "shop"}]}, "change 1: expected node, kind and at"),
        ({"changes": ["deploy"]}, "change 1: expected an object"),
        ({"changes": [{"node": "shop", "kind": "deploy", "at": "noon"}]}, "change 1: expected unix seconds"),
    ],
)
def test_a_malformed_description_is_refused(whole: object, says: str) -> None:
    with pytest.raises(InvalidInput) as error:
        about(json.dumps(whole), "case.json")
    assert says in error.value.message


CALLS = frozenset({("shop", "store")})


def read(*values: float | None, node: str = "shop") -> Metrics:
    return Metrics(times=tuple(60.0 * at for at in range(len(values))), values={(node, Measure.LATENCY): values})


def test_what_is_measured_before_becomes_the_normal_of_the_same_measure() -> None:
    found = situation(read(1.0, 2.0), CALLS, about=About(), normal=read(0.5, None, 0.6), kind=Normal.OWN)
    assert found.tracks["shop", Measure.LATENCY].normal == (0.5, 0.6)
    assert found.missing == ("nothing is measured of store",)
    assert situation(read(1.0, 2.0), CALLS, about=About()).normal is Normal.NONE


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (read(1.0), "expected at least 2 samples of the case, found 1"),
        (read(None, None), "expected numbers in the metrics of the case, found none"),
        (read(1.0, 2.0, node="elsewhere"), "found none of them in it"),
    ],
)
def test_a_case_that_can_tell_nothing_is_refused(found: Metrics, says: str) -> None:
    with pytest.raises(InvalidInput) as error:
        situation(found, CALLS, about=About())
    assert says in error.value.message


def test_a_target_outside_the_case_is_refused() -> None:
    with pytest.raises(InvalidInput, match="expected the target to be a node of the case, found 'moon'"):
        situation(read(1.0, 2.0), CALLS, about=About(target=Target("moon")))


@given(st.text(max_size=300), st.sampled_from((metrics, graph_csv, graph_json, about)))
def test_any_text_is_read_or_refused_and_nothing_else(text: str, read_: object) -> None:
    assert callable(read_)
    with contextlib.suppress(InvalidInput):
        read_(text, "file")


@given(
    st.lists(st.lists(st.sampled_from(["", "1", "-1", "nan", "shop", "latency", "1e400"]), max_size=4), max_size=6)
)
def test_any_rows_under_a_right_head_are_read_or_refused(rows: list[list[str]]) -> None:
    text = "time,node,metric,value\n" + "\n".join(",".join(row) for row in rows)
    with contextlib.suppress(InvalidInput):
        assert len(metrics(text, "file").times) <= len(rows)
