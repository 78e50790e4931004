"""Runs are added and never changed, compared number by number, and drawn."""

from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation import Better, EvalRun, Number, compared, kept, runs, svg
from memory.errors import InvalidInput
from tests.fakes.time import MIDNIGHT

LESS = Better.LESS


def run(suite: str = "intent", hours: int = 0, **numbers: Number | float) -> EvalRun:
    told = {name: each if isinstance(each, Number) else Number(value=each) for name, each in numbers.items()}
    return EvalRun(suite=suite, revision=f"r{hours}", at=MIDNIGHT + timedelta(hours=hours), numbers=told)


def test_runs_are_read_as_they_were_kept_oldest_first(tmp_path: Path) -> None:
    made = [run(hours=2, exact=0.9), run(hours=1, exact=0.8), run("voice", hours=3, words=0.1)]
    for each in made:
        kept(each, tmp_path / "runs")
    assert runs(tmp_path / "runs") == (made[1], made[0], made[2])
    assert runs(tmp_path / "runs", "voice") == (made[2],)
    assert runs(tmp_path / "nowhere") == ()


def test_a_run_is_never_changed(tmp_path: Path) -> None:
    kept(run(exact=0.9), tmp_path)
    with pytest.raises(InvalidInput, match=r"found .* there already"):
        kept(run(exact=0.1), tmp_path)
    assert runs(tmp_path)[0].numbers["exact"].value == 0.9


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"suite": "x", "numbers": {"a": {"value": NaN}}}'])
def test_what_is_no_run_is_told_with_its_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"bad\.json"):
        runs(tmp_path)


def test_a_number_is_worse_in_its_own_direction_and_beyond_its_tolerance() -> None:
    before = run(exact=0.9, leaks=Number(value=0, better=LESS), speed=Number(value=10, better=LESS, tolerance=2))
    after = run(exact=0.8, leaks=Number(value=1, better=LESS), speed=Number(value=12, better=LESS, tolerance=2))
    assert {each.name: (each.worse, each.better) for each in compared(before, after)} == {
        "exact": (True, False),
        "leaks": (True, False),
        "speed": (False, False),
    }
    assert not any(each.worse for each in compared(before, before))
    assert {each.name for each in compared(after, before) if each.better} == {"exact", "leaks"}


def test_what_is_no_longer_measured_is_worse_and_what_is_new_is_neither() -> None:
    gone, new = run(exact=0.9), run(whole=0.5)
    assert [(each.name, each.worse, each.after) for each in compared(gone, new)] == [
        ("whole", False, 0.5),
        ("exact", True, None),
    ]


def test_two_suites_are_not_compared_and_not_drawn_together() -> None:
    with pytest.raises(InvalidInput, match="found intent and voice"):
        compared(run(), run("voice"))
    with pytest.raises(InvalidInput, match="found intent, voice"):
        svg([run(exact=1), run("voice", exact=1)])
    with pytest.raises(InvalidInput, match="found no run"):
        svg([])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_every_history_is_a_picture_that_loads_nothing(values: list[float], name: str) -> None:
    name = "".join(char for char in name if char.isprintable()) or "n"
    told = [run("intent", place, **{name: value}) for place, value in enumerate(values)]
    drawn = fromstring(svg(told))  # noqa: S314 - our own picture
    points = drawn.find("{http://www.w3.org/2000/svg}polyline")
    assert points is not None
    assert len(points.attrib["points"].split()) == len(values)
    assert not [each for each in drawn.iter() if each.tag.endswith(("image", "script", "use", "a"))]
