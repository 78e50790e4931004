"""Storage that is paid for to be read at once and hardly is: a colder tier stores for less and reads for more."""

from decimal import Decimal

from agents.savings.making import WORTH, Terms, band, saving_id
from agents.savings.prices import DAYS_A_MONTH, cents
from agents.savings.readings import Bucket
from memory.model.cost import CostField, CostFilter, CostQuery, Dimension
from memory.model.saving import Factor, Risk, Saving, SavingKind

_TWICE = 2  # as much read as in the days looked at: the lower bound


def tier(bucket: Bucket, terms: Terms) -> Saving | None:
    """Return what moving a bucket's objects to the colder tier would save, None where reading would eat it up."""
    a_month = DAYS_A_MONTH / terms.days
    stored, read = bucket.storage * a_month, (bucket.requests + bucket.retrieval) * a_month
    gained = stored * (1 - terms.prices.colder)
    dearer = read * (terms.prices.colder_read - 1)
    saved = gained - dearer
    if saved < WORTH:
        return None
    twice = gained - (_TWICE * read * terms.prices.colder_read - read)
    id_ = saving_id(SavingKind.TIER, bucket.name)
    return Saving(
        id=id_,
        kind=SavingKind.TIER,
        title=f"Move {bucket.name} to colder storage",
        target=bucket.name,
        currency=terms.prices.currency,
        pool=("storage", bucket.service, bucket.name),
        factor=Factor.PRICE,
        cost=stored + read,
        monthly=band(twice, saved, gained, "read twice as much; as in the days looked at; never"),
        risk=Risk.LOW if twice > 0 else Risk.MEDIUM,
        risks=(
            _pays(gained, terms.prices.colder_read),
            "colder tiers charge for a least time and a least size of each object",
        ),
        evidence=(
            terms.seen(
                id_,
                "bill",
                f"charges of {bucket.name}",
                f"storing cost {cents(bucket.storage)} and reading {cents(bucket.requests + bucket.retrieval)} "
                f"in {terms.days} days",
                str(bucket.storage),
            ),
        ),
        advice=f"Give {bucket.name} a lifecycle rule that moves objects after 30 days: no tool does.",
        query=CostQuery(
            since=terms.now,
            until=terms.now,
            filters=(CostFilter(field=CostField(dimension=Dimension.RESOURCE), values=(bucket.name,)),),
        ),
    )


def _pays(gained: Decimal, dearer: Decimal) -> str:
    """Return how much may be read, so that reading just eats up what storing gains."""
    if dearer <= 1:
        return "reading costs no more there"
    return f"it pays while reading costs less than {cents(gained / (dearer - 1))} a month at today's prices"
