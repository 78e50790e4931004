"""The queue of reviews: every use of break-glass waits in it until somebody else closes it."""

from sqlalchemy import select, update

from memory.errors import Conflict, NotFound
from memory.model.approval import Review
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import reviews
from memory.store.work import Work


class Reviews:
    """Every tenant's reviews."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def open(self, review: Review) -> None:
        """Put a use of break-glass into the queue; raises `Conflict` when it is there already."""
        async with self._work.writing() as connection:
            statement = insert(connection, reviews).values(**_columns(review)).on_conflict_do_nothing()
            if not (await connection.execute(statement)).rowcount:
                raise Conflict(f"expected a new review, found {review.id} in the queue already")

    async def get(self, tenant: str, review: str) -> Review:
        """Return one review; raises `NotFound`."""
        query = select(reviews.c.document).where(reviews.c.tenant == tenant, reviews.c.id == review)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            raise NotFound(f"expected the id of a review, found {review!r}, which is none")
        return _review(document, tenant)

    async def of(self, tenant: str, *, waiting: bool = True) -> tuple[Review, ...]:
        """Return the reviews that wait, the oldest first; all of them without `waiting`."""
        query = select(reviews.c.document).where(reviews.c.tenant == tenant)
        if waiting:
            query = query.where(reviews.c.closed_at.is_(None))
        query = query.order_by(reviews.c.used_at, reviews.c.id)
        async with self._work.reading() as connection:
            return tuple(_review(document, tenant) for document in (await connection.execute(query)).scalars())

    async def close(self, review: Review) -> None:
        """Store a review that is closed now; raises `Conflict` when somebody closed it before."""
        this = (reviews.c.tenant == review.tenant, reviews.c.id == review.id, reviews.c.closed_at.is_(None))
        async with self._work.writing() as connection:
            if not (await connection.execute(update(reviews).where(*this).values(**_columns(review)))).rowcount:
                raise Conflict(f"expected a review that waits, found {review.id} closed before")


def _columns(review: Review) -> dict[str, object]:
    return {
        "tenant": review.tenant,
        "id": review.id,
        "used_at": review.used_at,
        "closed_at": review.closed_at,
        "document": review.model_dump_json(),
    }


def _review(document: str, tenant: str) -> Review:
    review = Review.model_validate_json(document)
    belonging(tenant, review.tenant)
    return review
