"""What a person gets who asks a database: rows, bounded and masked, past both walls."""

from pathlib import Path

import pytest

from memory.errors import QueryRejected
from memory.model.plan import Effect
from memory.model.run import Outcome
from tests.tools.connectors.calls import context
from tests.tools.sql.conftest import Shop, source
from tools.capabilities.sql import SqlQuery
from tools.connectors.sql import SqlRead, reader


async def asked(url: str, query: str, **changes: object) -> Outcome:
    made = source(url, **changes)
    return await SqlRead(made, reader(made)).read(SqlQuery(query=query), context())


async def test_rows_come_as_evidence_and_as_data(file: Path) -> None:
    outcome = await asked(f"sqlite:///{file}", "SELECT id, status FROM orders ORDER BY id LIMIT 2")
    assert outcome.data == {"columns": ["id", "status"], "rows": [[1, "open"], [2, "paid"]]}
    assert outcome.evidence[0].text == "id | status\n1 | open\n2 | paid"
    assert outcome.summary == "the shop: 2 rows."


async def test_one_number_is_the_value_that_a_check_measures(file: Path) -> None:
    assert (await asked(f"sqlite:///{file}", "SELECT count(*) FROM orders")).value == 3.0


async def test_postgres_answers_a_role_that_can_only_read(shop: Shop) -> None:
    outcome = await asked(shop.reader, "SELECT status, sum(total) FROM orders GROUP BY status ORDER BY 1")
    assert outcome.data["rows"] == [["open", "10"], ["paid", "20.5"]]
    explained = await asked(shop.reader, "EXPLAIN SELECT * FROM orders")
    assert "Scan" in explained.evidence[0].text


async def test_masked_values_are_never_shown(file: Path, shop: Shop) -> None:
    for url in (f"sqlite:///{file}", shop.reader):
        outcome = await asked(url, "SELECT * FROM people ORDER BY id", masked=["Email"])
        assert outcome.data["rows"] == [[1, "Ann", "***"], [2, "Ben", None]]
        assert "ann@example.com" not in outcome.model_dump_json()
        with pytest.raises(QueryRejected, match="masked"):
            await asked(url, "SELECT substr(email, 1, 3) FROM people", masked=["email"])


async def test_no_more_rows_and_bytes_than_allowed(file: Path) -> None:
    few = await asked(f"sqlite:///{file}", "SELECT * FROM orders", rows=2)
    assert len(few.data["rows"]) == 2  # type: ignore[arg-type]  # a list, as the first test says
    assert few.missing == ("sql.shop: there is more than is shown",)
    long = await asked(
        f"sqlite:///{file}", "SELECT hex(status) || printf('%0900d', 1) FROM orders", max_bytes=1000
    )
    assert len(long.data["rows"]) == 1  # type: ignore[arg-type]  # a list, as above


async def test_neither_wall_is_passed_by_the_hand(file: Path) -> None:
    with pytest.raises(QueryRejected):
        await asked(f"sqlite:///{file}", "DELETE FROM orders")


def test_it_is_a_read_of_the_tier_that_the_setting_gives(file: Path) -> None:
    made = source(f"sqlite:///{file}", tier="suggest")
    capability = SqlRead(made, reader(made)).capability
    assert (capability.name, capability.effect, capability.tier) == ("sql.shop", Effect.READ, "suggest")


def test_the_url_is_a_secret(file: Path) -> None:
    assert str(file) not in repr(source(f"sqlite:///{file}"))
