"""An entry is read in the one form in which it is written, and the quick reader agrees with the exact one."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.canonical import canonical
from memory.errors import LogMalformed
from memory.ledger.entries import Head, read_entry, read_exactly
from memory.model.bodies import BODIES, EntryKind
from memory.model.record import Entry
from tests.memory.ledger.builder import CREATED, ROTATED, body, entry
from tests.memory.log.mutations import slips

KINDS = [kind for kind in BODIES if kind is not EntryKind.KEY]
SAMPLES = {kind: entry(body(kind)) for kind in KINDS} | {EntryKind.KEY: ROTATED}
NUMBERS = st.one_of(st.integers(-(2**60), 2**60), st.floats(allow_nan=False), st.just(2**53), st.just(2**53 - 1))
NAMES = st.sampled_from(
    [
        "service",
        "\N{LATIN SMALL LETTER LONG S}",
        "a",
        "b",
        "\N{GRINNING FACE}",
        "\N{REPLACEMENT CHARACTER}",
        "",
        '"',
        "\x7f",
        "\n",
    ]
)


def judged(data: bytes) -> tuple[Head | None, Entry | None]:
    quick = exact = None
    with suppress(LogMalformed):
        quick = read_entry(data)
    with suppress(LogMalformed):
        exact = read_exactly(data)
    return quick, exact


def same(data: bytes) -> bool:
    """Return whether the entry is one, after making sure that both ways of reading agree."""
    quick, exact = judged(data)
    assert (quick is None) == (exact is None)
    if quick is not None and exact is not None:
        assert (quick.kind, quick.tenant, quick.logged) == (exact.kind, exact.tenant, exact.logged)
    return quick is not None


@pytest.mark.parametrize("kind", BODIES)
def test_an_entry_of_every_kind_is_read_both_ways(kind: EntryKind) -> None:
    assert same(SAMPLES[kind])


def test_a_key_that_was_made_is_read() -> None:
    assert same(CREATED)


@pytest.mark.parametrize("kind", [EntryKind.MESSAGE, EntryKind.INTERPRETATION, EntryKind.CHECK])
def test_no_slip_in_an_entry_is_read_one_way_and_not_the_other(kind: EntryKind) -> None:
    for slip in slips(SAMPLES[kind]):
        if same(slip):
            assert canonical(json.loads(slip)) == slip


@given(st.sampled_from(KINDS), st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_field_both_ways_of_reading_agree(kind: EntryKind, data: st.DataObject) -> None:
    value = json.loads(SAMPLES[kind])
    place = data.draw(st.sampled_from([value, value["body"]]))
    name = data.draw(st.sampled_from(sorted(place)))
    values = st.one_of(NUMBERS, st.booleans(), st.none(), st.text(max_size=5), st.just([]), st.just({}))
    place[name] = data.draw(
        st.one_of(values, st.lists(values, max_size=2), st.dictionaries(NAMES, values, max_size=3))
    )
    same(json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode("utf-8", "replace"))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**54), 2**54))
@settings(max_examples=200, deadline=None)
def test_a_number_is_read_in_its_canonical_form_alone(number: float) -> None:
    written = SAMPLES[EntryKind.CHECK].replace(b'"value":0.031', f'"value":{json.dumps(number)}'.encode())
    if same(written):
        assert canonical(json.loads(written)) == written


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True))
@settings(deadline=None)
def test_names_are_read_in_their_canonical_order_alone(names: list[str]) -> None:
    provenance = json.dumps(dict.fromkeys(names, "said"), ensure_ascii=False, separators=(",", ":"))
    written = SAMPLES[EntryKind.INTERPRETATION].replace(b'{"service":"said"}', provenance.encode())
    assert same(written) == (canonical(json.loads(written)) == written)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":1.0'),
        (b'"v":1', b'"v":true'),
        (b'"v":1', b'"v":0'),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1,"v":1'),
        (b'"v":1', b'"w":1'),
        (b"03:00:00Z", b"03:00:00+00:00"),
        (b"03:00:00Z", b"03:00:00.000000Z"),
        (b"03:00:00Z", b"03:00:00"),
        (b'"ok":true', b'"ok":1'),
        (b'"ok":true', b'"ok":"true"'),
        (b'"step":1', b'"step":"1"'),
        (b'"step":1', b'"step":9007199254740992'),
        (b'"subject":"effect:run_00000000/1"', b'"subject":"effect:run_00000000/2"'),
        (b'"causes":["grant:grant_00000000"]', b'"causes":[]'),
        (b'"kind":"outcome"', b'"kind":"undo"'),
        (b'"kind":"outcome"', b'"kind":"gossip"'),
        (b"}", b"} "),
    ],
)
def test_another_form_of_an_entry_is_none(old: bytes, new: bytes) -> None:
    data = SAMPLES[EntryKind.OUTCOME]
    assert old in data
    assert not same(data.replace(old, new, 1))


def test_an_entry_of_an_earlier_version_lacks_the_fields_that_came_later() -> None:
    later = SAMPLES[EntryKind.MESSAGE]
    earlier = later.replace(b'"text":"%s",' % (b"ab" * 32), b"")
    assert earlier != later
    assert same(earlier)


def test_what_is_wrong_is_said_without_the_value() -> None:
    secret = SAMPLES[EntryKind.MESSAGE].replace(b'"surface":"cli"', b'"surface":"hunter2"')
    with pytest.raises(LogMalformed, match="at surface") as failed:
        read_entry(secret)
    assert "hunter2" not in failed.value.message
