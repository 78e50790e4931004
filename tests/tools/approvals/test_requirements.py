"""What is asked of approvals: the strictest requirement counts, and looking asks for nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.model.approval import LADDER, Assurance
from memory.model.plan import Effect, Tier
from tools.approvals.requirements import Place, Requirement, asked

ACT = Place(tier=Tier.EXECUTE, effect=Effect.WRITE, environment="production")
ELSEWHERE = ACT.model_copy(update={"environment": "staging"})
LOOK = Place(tier=Tier.OBSERVE, effect=Effect.READ, environment="production")
PASSKEY = Requirement(environments=("production",), assurance=Assurance.PASSKEY)
KEY = Requirement(effects=(Effect.WRITE,), assurance=Assurance.KEY)

LEVELS = st.sampled_from(LADDER)
REQUIREMENTS = st.lists(
    st.builds(
        Requirement,
        environments=st.sampled_from([(), ("production",), ("staging",)]),
        assurance=LEVELS,
    ),
    max_size=4,
)


@pytest.mark.parametrize(
    ("requirements", "places", "assurance"),
    [
        ((), (ACT,), Assurance.CHAT),
        ((PASSKEY,), (ACT,), Assurance.PASSKEY),
        ((PASSKEY,), (ELSEWHERE,), Assurance.CHAT),
        ((PASSKEY,), (LOOK,), Assurance.CHAT),
        ((PASSKEY, KEY), (ACT,), Assurance.KEY),
        ((KEY, PASSKEY), (ACT,), Assurance.KEY),
        ((PASSKEY,), (ELSEWHERE, ACT), Assurance.PASSKEY),
        ((PASSKEY,), (), Assurance.CHAT),
    ],
)
def test_the_strictest_requirement_of_all_calls_counts(
    requirements: tuple[Requirement, ...], places: tuple[Place, ...], assurance: Assurance
) -> None:
    assert asked(requirements, places) is assurance


@given(REQUIREMENTS, REQUIREMENTS)
def test_a_requirement_more_never_lowers_the_level(first: list[Requirement], more: list[Requirement]) -> None:
    places = [ACT, ELSEWHERE]
    assert asked([*first, *more], places).meets(asked(first, places))


@given(LEVELS, LEVELS)
def test_levels_are_compared_by_their_place(one: Assurance, other: Assurance) -> None:
    assert one.meets(other) is (one.level() >= other.level())
