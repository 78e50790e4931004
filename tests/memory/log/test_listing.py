"""The list of a log's keys reads back, and nothing else is one."""

import pytest

from memory.errors import LogMalformed
from memory.log.listing import KeyListing
from tests.memory.log.mutations import slips
from tests.memory.log.signers import FIRST, LOG, SECOND, STRANGER

LISTING = KeyListing((LOG.key, STRANGER.key), (FIRST.key, SECOND.key))


def test_a_listing_reads_back_with_its_comments_left_out() -> None:
    assert KeyListing.parse(LISTING.encode(["two keys", "and two witnesses"])) == LISTING
    assert KeyListing.parse(b"\n# nothing\n" + LISTING.encode() + b"\n") == LISTING


def test_no_slip_in_a_listing_is_the_same_listing() -> None:
    for slip in slips(LISTING.encode()):
        if slip.split() == LISTING.encode().split():
            continue  # a line more or less between two keys
        try:
            assert KeyListing.parse(slip) != LISTING
        except LogMalformed:
            continue


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), "none of them twice"),
        ((FIRST.key,), "none of them twice"),
        ((LOG.key, LOG.key), "none of them twice"),
        ((LOG.key, FIRST.key, STRANGER.key), "another order"),
        ((LOG.key, "hello"), "in line 2"),
    ],
)
def test_what_is_no_listing_is_refused(lines: tuple[object, ...], expected: str) -> None:
    with pytest.raises(LogMalformed, match=expected):
        KeyListing.parse("".join(f"{line}\n" for line in lines).encode())


def test_keys_are_listed_as_what_they_are() -> None:
    with pytest.raises(LogMalformed, match="found another type"):
        KeyListing((LOG.key,), (STRANGER.key,))
