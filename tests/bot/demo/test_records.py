"""What the estate remembers, and that a key takes effect once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.orders import Kind, Order, Refused
from bot.demo.records import Records, ledger
from memory.errors import InvalidInput

NOW = datetime(2026, 11, 20, 3, 2, tzinfo=UTC)
RELEASE = Order(kind=Kind.DEPLOY, target="checkout", key="run_1:0", by="ana", version="1.4.2")


def test_a_key_takes_effect_once_however_often_it_comes(tmp_path: Path) -> None:
    records = Records(tmp_path)
    first = records.carry_out(RELEASE, NOW)
    assert records.carry_out(RELEASE, NOW) == first
    assert [effect.key for effect in ledger(tmp_path)] == ["run_1:0"]


def test_a_key_is_remembered_by_the_next_life(tmp_path: Path) -> None:
    first = Records(tmp_path).carry_out(RELEASE, NOW)
    later = Records(tmp_path)
    assert later.state.deployments["checkout"].version == "1.4.2"
    assert later.carry_out(RELEASE, NOW) == first
    assert len(ledger(tmp_path)) == 1


def test_another_order_under_a_used_key_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.carry_out(RELEASE, NOW)
    before = records.state
    with pytest.raises(Refused) as refused:
        records.carry_out(RELEASE.model_copy(update={"version": "1.4.3"}), NOW)
    assert (refused.value.status, refused.value.code) == (409, "idempotency.mismatch")
    assert records.state == before == Records(tmp_path).state


def test_an_order_that_could_not_be_written_is_not_in_force(tmp_path: Path) -> None:
    records = Records(tmp_path)
    before = records.state
    (tmp_path / "state.draft").mkdir()  # in the way of the file that is written first
    with pytest.raises(IsADirectoryError):
        records.carry_out(RELEASE, NOW)
    assert records.state == before
    assert ledger(tmp_path) == ()


def test_an_order_without_change_is_remembered_and_not_in_the_ledger(tmp_path: Path) -> None:
    records = Records(tmp_path)
    effect = records.carry_out(RELEASE.model_copy(update={"version": "1.4.1"}), NOW)
    assert not effect.changed
    assert records.state.effects == {RELEASE.key: effect}
    assert records.effects() == ledger(tmp_path) == ()


def test_changes_are_listed_newest_first(tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.carry_out(RELEASE, NOW)
    records.carry_out(Order(kind=Kind.ROLLBACK, target="checkout", key="run_2:0", by="bo"), NOW)
    assert [effect.kind for effect in records.effects()] == [Kind.ROLLBACK, Kind.DEPLOY]


@pytest.mark.parametrize("content", ["", "{", "{}", '{"deployments": 1}', "\udcff"])
def test_a_state_that_cannot_be_read_is_an_error_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InvalidInput, match="state of a demo estate"):
        Records(tmp_path)
    assert path.read_bytes() == content.encode("utf-8", "surrogateescape")
