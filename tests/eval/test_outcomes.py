"""Odds that are stated come true, in worlds that nothing told the predictor about."""

import pytest

from tests.eval.outcomes import WORLDS, Score, World, evaluated, page


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    return {score.world: score for score in evaluated()}


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_odds_are_calibrated_and_better_than_what_worked_so_far(scores: dict[str, Score], world: World) -> None:
    score = scores[world.name]
    assert score.predictions > 500
    assert score.brier < score.brier_of_frequency
    assert score.calibration < 0.06
    assert 0.82 <= score.coverage <= 0.97


def test_the_report_tells_every_world_with_its_reliability(scores: dict[str, Score]) -> None:
    told = page(scores.values())
    assert all(f"## {world.name.capitalize()}" in told for world in WORLDS)
    assert "| said | predictions | mean said | came true |" in told
