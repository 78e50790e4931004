"""What is asked of approvals: the strictest requirement counts, and looking asks for nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.model.approval import Assurance
from memory.model.people import Role
from memory.model.plan import Effect, Tier
from tools.approvals.requirements import Asked, Place, Requirement, asked

ACT = Place(tier=Tier.EXECUTE, effect=Effect.WRITE, environment="production")
ELSEWHERE = ACT.model_copy(update={"environment": "staging"})
LOOK = Place(tier=Tier.OBSERVE, effect=Effect.READ, environment="production")
PASSKEY = Requirement(environments=("production",), assurance=Assurance.PASSKEY)
KEY = Requirement(effects=(Effect.WRITE,), assurance=Assurance.KEY)
GLASS = Requirement(break_glass=(Role.ADMIN, Role.OPERATOR), window_minutes=30)
SHORT = Requirement(environments=("production",), break_glass=(Role.ADMIN,), window_minutes=5)

LEVELS = st.sampled_from(Assurance)
REQUIREMENTS = st.lists(
    st.builds(
        Requirement,
        environments=st.sampled_from([(), ("production",), ("staging",)]),
        assurance=LEVELS,
        break_glass=st.sampled_from([(), (Role.ADMIN,), (Role.OPERATOR,)]),
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
    assert asked(requirements, places).assurance is assurance


def test_whoever_goes_ahead_alone_may_do_so_for_every_call_in_the_shortest_window() -> None:
    assert asked([GLASS], [ACT]) == Asked(
        break_glass=frozenset({Role.ADMIN, Role.OPERATOR}), window=timedelta(minutes=30)
    )
    assert asked([SHORT], [ACT, ELSEWHERE]).break_glass == frozenset()
    assert asked([GLASS, SHORT], [ACT]).window == timedelta(minutes=5)
    assert asked([GLASS], [LOOK]).break_glass == frozenset()


@given(REQUIREMENTS, REQUIREMENTS)
def test_a_requirement_more_never_lowers_the_level(first: list[Requirement], more: list[Requirement]) -> None:
    places = [ACT, ELSEWHERE]
    assert asked([*first, *more], places).assurance.meets(asked(first, places).assurance)


@given(LEVELS, LEVELS)
def test_levels_are_compared_by_their_place(one: Assurance, other: Assurance) -> None:
    assert one.meets(other) is (one.level() >= other.level())
