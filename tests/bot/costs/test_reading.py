"""What questions mean, what they refuse, how they go on from each other, and that buttons say what they ask."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.costs.known import Known
from agents.costs.plan import Asked, CostPlan, NotAsked
from agents.costs.reading import read
from bot.costs.answering import CostDesk
from memory.model.cost import CostField, Dimension, Grain, Match, Measure
from tests.bot.costs.desks import REQUESTS
from tests.bot.costs.three_clouds import NOW

KNOWN = Known(
    values={
        CostField(dimension=Dimension.PROVIDER): ("AWS", "Microsoft"),
        CostField(dimension=Dimension.SERVICE): ("Amazon Simple Storage Service", "Amazon Elastic Compute Cloud"),
        CostField(dimension=Dimension.CATEGORY): ("Compute", "Storage"),
        CostField(dimension=Dimension.REGION): ("eu-west-1", "eu-west-2", "us-east-1"),
        CostField(dimension=Dimension.ACCOUNT): ("staging", "Payments Inc"),
        CostField(dimension=Dimension.CURRENCY): ("USD", "EUR"),
        CostField(tag="team"): ("payments", "search"),
        CostField(tag="env"): ("staging", "production"),
    },
    tags=("team", "env"),
    since=datetime(2025, 11, 1, tzinfo=UTC),
    until=datetime(2026, 11, 21, tzinfo=UTC),
    units=("GB",),
)


def plan(question: str, after: CostPlan | None = None) -> CostPlan:
    found = read(question, KNOWN, NOW, after)
    assert isinstance(found, CostPlan), found
    return found


def window(found: CostPlan) -> str:
    return f"{found.query.since:%Y-%m-%d} {found.query.until:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("says", "means"),
    [
        ("yesterday", "2026-11-20 2026-11-21"),
        ("last week", "2026-11-09 2026-11-16"),
        ("the week before last", "2026-11-02 2026-11-09"),
        ("last month", "2026-10-01 2026-11-01"),
        ("this month", "2026-11-01 2026-11-21"),
        ("in October", "2026-10-01 2026-11-01"),
        ("in december", "2025-12-01 2026-01-01"),
        ("in Q3", "2026-07-01 2026-10-01"),
        ("on 3 November", "2026-11-03 2026-11-04"),
        ("from 3 to 9 November", "2026-11-03 2026-11-10"),
        ("between 2026-10-30 and 2026-11-02", "2026-10-30 2026-11-03"),
        ("over the past 7 days", "2026-11-14 2026-11-21"),
        ("for the last two months", "2026-09-01 2026-11-01"),
        ("since the beginning of September", "2026-09-01 2026-11-21"),
        ("year to date", "2026-01-01 2026-11-21"),
        ("three weeks ago", "2026-10-26 2026-11-02"),
        ("last weekend", "2026-11-14 2026-11-16"),
        ("in total", "2025-11-01 2026-11-21"),
        ("in february 2026", "2026-02-01 2026-03-01"),
    ],
)
def test_a_time_is_what_people_mean_by_it(says: str, means: str) -> None:
    assert window(plan(f"what did we spend {says}")) == means


def test_what_still_goes_on_is_compared_with_as_much_of_the_time_before() -> None:
    found = plan("spend this month against last")
    assert found.before is not None
    assert (f"{found.before.since:%m-%d}", f"{found.before.until:%m-%d}") == ("10-01", "10-21")


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("why is the bill up?", Asked.WHY),
        ("what drove the increase in storage cost last month?", Asked.WHY),
        ("untagged spend", Asked.UNTAGGED),
        ("commitment utilisation", Asked.UTILISATION),
        ("what share of spend is storage", Asked.SHARE),
        ("how many services do we pay for", Asked.COUNT),
        ("which day was the most expensive last month", Asked.PEAK),
        ("how fresh is the billing data", Asked.FRESHNESS),
        ("what was the largest single day in October", Asked.PEAK),
        ("difference between list and effective cost", Asked.DISCOUNT),
        ("what is the biggest cost driver", Asked.COST),
        ("what happened to the bill last week", Asked.WHY),
    ],
)
def test_the_kind_of_question_is_told_by_its_words(question: str, asked: Asked) -> None:
    assert plan(question).asked is asked


def test_what_is_told_apart_by_time_too_is_not_dropped() -> None:
    found = plan("costs of the last three months by provider and month")
    assert (found.query.by, found.query.grain) == ((CostField(dimension=Dimension.PROVIDER),), Grain.MONTH)


def test_months_that_are_told_apart_are_twelve_where_no_time_is_named() -> None:
    assert window(plan("monthly cost by service")) == "2025-12-01 2026-11-21"


@pytest.mark.parametrize("question", ["what changed in the cost since October?", "has spend fallen since october"])
def test_a_change_since_a_month_is_one_from_that_month_to_this(question: str) -> None:
    found = plan(question)
    assert found.before is not None
    assert window(found) == "2026-11-01 2026-11-21"
    assert (f"{found.before.since:%m-%d}", f"{found.before.until:%m-%d}") == ("10-01", "10-21")


def test_to_break_a_bill_down_is_no_fall() -> None:
    found = plan("break the october bill down by region")
    assert (found.before, found.query.by) == (None, (CostField(dimension=Dimension.REGION),))


def test_what_fell_most_comes_first_where_that_was_asked() -> None:
    found = plan("which service decreased the most last month")
    assert (found.ascending, found.by_change, [each.turned for each in found.sizes]) == (True, True, [-1])


def test_two_that_either_cost_more_are_told_apart_by_name() -> None:
    found = plan("do we spend more on compute or storage?")
    assert (found.before, found.query.by) == (None, (CostField(dimension=Dimension.CATEGORY),))


@pytest.mark.parametrize(
    "question", ["where does our money go", "what's eating our budget", "what do we spend on"]
)
def test_where_money_goes_is_told_by_service(question: str) -> None:
    assert plan(question).query.by == (CostField(dimension=Dimension.SERVICE),)


def test_a_noun_beside_a_name_says_which_of_its_meanings_is_meant() -> None:
    assert plan("cost of staging").query.filters[0].field == CostField(tag="env")
    assert plan("cost of account staging").query.filters[0].field == CostField(dimension=Dimension.ACCOUNT)
    assert plan("what did the payments team spend").query.filters[0].field == CostField(tag="team")


def test_initials_and_parts_of_names_are_names() -> None:
    assert plan("S3 cost").query.filters[0].values == ("Amazon Simple Storage Service",)
    assert plan("EC2 cost").query.filters[0].values == ("Amazon Elastic Compute Cloud",)
    assert set(plan("cost in eu-west").query.filters[0].values) == {"eu-west-1", "eu-west-2"}


def test_what_is_excluded_stays_excluded_through_a_list() -> None:
    [found] = plan("cost excluding credits and tax").query.filters
    assert (found.match, set(found.values)) == (Match.IS_NOT, {"Credit", "Tax"})


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("spend on snowflake last month", "Nothing called 'snowflake'"),
        ("costs by department", "No charge carries a tag for the department"),
        ("costs by moon phase", "do not tell costs apart by"),
        ("cost next month", "What will be is told by the forecast"),
        ("spend of 5000 last month", "What 5000 stands for here is not clear"),
        ("services over 500 pounds last month", "Nothing was billed in GBP: the bills are in USD, EUR"),
        ("cost per GB above 2 dollars", "cannot be chosen by its size"),
        ("spend by tag", "By which tag?"),
        ("how many did we pay for", "How many of what?"),
        ("hello", "What do you want to know about costs?"),
        ("billed against effective cost last month", "One kind of cost is told at a time"),
        ("how much could we save on storage", "quarterdeck cost savings"),
        ("are we within budget", "quarterdeck cost budget"),
    ],
)
def test_what_is_not_there_or_not_clear_is_said_and_nothing_is_guessed(question: str, why: str) -> None:
    found = read(question, KNOWN, NOW)
    assert isinstance(found, NotAsked)
    assert why in found.why


def test_a_name_that_is_nearly_there_is_offered() -> None:
    found = read("cost of paymints last month", KNOWN, NOW)
    assert isinstance(found, NotAsked)
    assert "payments" in found.why
    assert isinstance(read(found.instead[0], KNOWN, NOW), CostPlan)


def test_a_question_goes_on_from_the_one_before() -> None:
    first = plan("what did AWS cost last month by service")
    then = plan("and by region?", first)
    assert (then.query.by, then.query.filters, window(then)) == (
        (CostField(dimension=Dimension.REGION),),
        first.query.filters,
        window(first),
    )
    azure = plan("what about azure?", then)
    assert [each.values for each in azure.query.filters] == [("Microsoft",)]
    earlier = plan("and in September?", azure)
    assert (window(earlier), earlier.query.filters) == ("2026-09-01 2026-10-01", azure.query.filters)
    assert plan("why?", azure).asked is Asked.WHY
    assert plan("what did we spend yesterday", azure).query.filters == ()


ASKED = (
    "what did we spend on compute last week by team?",
    "billed cost by provider and region in October excluding credits",
    "spend without a team tag last month by service",
    "top 5 services in eu-west last quarter",
    "list cost of EC2 and S3 in September per day",
)


@pytest.mark.parametrize("question", ASKED)
async def test_every_button_asks_what_it_says(year_desk: CostDesk, question: str) -> None:
    found = await year_desk.answer("acme", question)
    assert found.buttons
    for button in found.buttons:
        again = await year_desk.answer("acme", button.says)
        assert again.found, (button.says, again.sentence)
        assert again.plan is not None
        assert found.plan is not None
        assert again.plan.query.measure is found.plan.query.measure
        kept = {each.field for each in found.plan.query.filters} - set(found.plan.query.by)
        assert kept <= {each.field for each in again.plan.query.filters}, (button.says, again.filters)
        assert "left out" not in " ".join(again.notes), (button.says, again.notes)


async def test_why_adds_up_to_the_difference_to_the_last_digit(year_desk: CostDesk) -> None:
    for question in (
        "why is the bill up?",
        "why did compute change from september to october by team",
        "why did AWS cost more last month",
    ):
        found = await year_desk.answer("acme", question)
        for total in found.totals:
            told = sum(line.cost for line in found.lines if line.currency == total.currency)
            assert total.before is not None
            assert told == total.cost - total.before, question


async def test_a_request_costs_what_was_spent_over_what_was_counted(year_desk: CostDesk) -> None:
    found = await year_desk.answer("acme", "cost per thousand requests of checkout last month")
    for line in found.lines:
        assert line.price is not None
        assert float(line.price) == pytest.approx(float(line.cost) * 1000 / REQUESTS)
    for said, why in (
        ("cost per request of audit last month", "No charge carries the name audit"),
        ("cost per request last month", "Requests are counted by service"),
        ("cost per request of catalogue last month", "no requests of catalogue were counted"),
    ):
        nobody = await year_desk.answer("acme", said)
        assert not nobody.found
        assert why in nobody.sentence


async def test_each_day_has_its_own_requests(year_desk: CostDesk) -> None:
    found = await year_desk.answer("acme", "cost per request of checkout per day last week")
    days = [line for line in found.lines if line.currency == "USD"]
    assert len(days) == 7
    assert {float(line.count or 0) for line in days} == {REQUESTS / 30}
    assert found.sentence.startswith("The effective cost of checkout was between")


async def test_a_time_no_bill_is_known_of_is_told_as_such(year_desk: CostDesk) -> None:
    found = await year_desk.answer("acme", "spend in March 2024")
    assert not found.found
    assert "Bills are known from 1 Nov 2025" in found.sentence


async def test_what_is_charged_by_the_day_is_at_no_hour(year_desk: CostDesk) -> None:
    none = await year_desk.answer("acme", "what did production cost at night last month?")
    assert not none.found
    assert "charged by the day" in none.sentence
    some = await year_desk.answer("acme", "what does staging cost at night?")
    assert any("at which hour is not known" in note for note in some.notes)


async def test_another_tenant_has_no_bills(year_desk: CostDesk) -> None:
    found = await year_desk.answer("globex", "what did we spend last month")
    assert (found.found, found.lines) == (False, ())


def test_the_grain_and_the_measure_are_read() -> None:
    found = plan("daily list cost of compute last week")
    assert (found.query.grain, found.query.measure) == (Grain.DAY, Measure.LIST)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert isinstance(read(text, KNOWN, NOW), (CostPlan, NotAsked))


_SAID = """
    why what did we spend cost by per top ten 5 team region aws S3 staging last week month october 2026-02-31
    from to and against vs excluding credits without tag untagged night share of 'x' "y" utilisation total daily
    per request - / ? more than over $500 1.5k 20% between at least or less euros grew doubled new weekdays
    weekends hour of the day median cumulative since when did anything mondays 99999999999999999999 bn
"""
_WORDS = st.sampled_from(_SAID.split())


@given(st.lists(_WORDS, max_size=14).map(" ".join))
def test_no_heap_of_words_breaks_the_reading(text: str) -> None:
    found = read(text, KNOWN, NOW)
    assert isinstance(found, (CostPlan, NotAsked))
    if isinstance(found, CostPlan):
        assert found.query.since <= found.query.until
