"""What is hidden from a model, what comes back to whom, and what never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.profiles import NOTHING_HIDDEN, DataProfile, Kind, Profiles, Rule, Treatment
from agents.profiles.detecting import LONGEST, detected
from agents.profiles.veiling import CUT
from memory.model.people import Role
from memory.model.value import JsonValue
from tests.fakes.time import FakeClock

OPERATOR, VIEWER = (Role.OPERATOR,), (Role.VIEWER,)
TOKEN = "ghp_" + "a1B2" * 9
TEXT = f"ann@example.com and bob@example.com use {TOKEN}, says ann@example.com"


def profiles(clock: FakeClock | None = None, **rules: Rule) -> Profiles:
    profile = DataProfile(rules={Kind(name): rule for name, rule in rules.items()})
    return Profiles({"acme": profile}, clock or FakeClock(), b"k" * 32)


def test_the_same_value_has_the_same_stand_in_and_a_secret_has_none_to_come_back() -> None:
    veil = profiles().begin("acme", OPERATOR)
    hidden = veil.hide(TEXT)
    assert hidden == "<email:1> and <email:2> use [token removed], says <email:1>"
    assert veil.reveal(hidden) == TEXT.replace(TOKEN, "[token removed]")
    assert veil.found() == {"email": 2, "token": 1}


def test_what_is_too_long_to_look_through_is_cut_and_not_shown() -> None:
    veil = profiles().begin("acme", OPERATOR)
    for told in (veil.hide("word " * (LONGEST // 5) + TOKEN), veil.scan("word " * (LONGEST // 5) + TOKEN)):
        assert TOKEN not in told
        assert told.endswith(CUT)


def test_it_comes_back_in_every_part_of_a_document() -> None:
    veil = profiles().begin("acme", OPERATOR)
    veil.hide("ann@example.com")
    said: JsonValue = {"kind": "tool", "arguments": {"people": ["<email:1>", "<email:7>"], "n": 3}}
    assert veil.reveal(said) == {"kind": "tool", "arguments": {"people": ["ann@example.com", "<email:7>"], "n": 3}}


def test_to_a_reader_who_may_not_see_it_nothing_comes_back() -> None:
    for roles in (VIEWER, ()):
        veil = profiles().begin("acme", roles)
        hidden = veil.hide("ask ann@example.com")
        assert veil.reveal(hidden) == hidden == "ask <email:1>"


def test_a_stand_in_is_resolved_only_for_as_long_as_its_rule_says() -> None:
    clock = FakeClock()
    veil = profiles(clock, email=Rule(treatment=Treatment.MASK, minutes=2)).begin("acme", OPERATOR)
    hidden = veil.hide("ann@example.com")
    clock.move(119)
    assert veil.reveal(hidden) == "ann@example.com"
    clock.move(1)
    assert veil.reveal(hidden) == hidden


def test_a_hash_is_the_same_in_every_exchange_of_a_tenant_and_of_no_other() -> None:
    hashing = DataProfile(rules={Kind.EMAIL: Rule(treatment=Treatment.HASH)})
    made = Profiles({"acme": hashing, "evil": hashing}, FakeClock(), b"k" * 32)
    one, two, theirs = (made.begin(who, OPERATOR).hide("ann@example.com") for who in ("acme", "acme", "evil"))
    assert one == two != theirs
    assert made.begin("acme", OPERATOR).reveal(one) == one


def test_text_that_looks_like_a_stand_in_is_never_resolved() -> None:
    veil = profiles().begin("acme", OPERATOR)
    hidden = veil.hide("ann@example.com, and a log line says <email:1>")
    assert hidden == "<email:1>, and a log line says (email 1)"
    assert veil.reveal(hidden) == "ann@example.com, and a log line says (email 1)"


def test_what_a_model_says_is_scanned_for_secrets_it_had_from_elsewhere() -> None:
    veil = profiles().begin("acme", OPERATOR)
    assert veil.scan(f"use {TOKEN}, says ann@example.com") == "use [token removed], says ann@example.com"


def test_a_kind_that_is_kept_stays() -> None:
    assert profiles().begin("acme", OPERATOR).hide("from 203.0.113.9") == "from 203.0.113.9"
    masked = profiles(ip=Rule(treatment=Treatment.MASK)).begin("acme", OPERATOR)
    assert masked.hide("from 203.0.113.9") == "from <ip:1>"


@pytest.mark.parametrize("treatment", [Treatment.KEEP, Treatment.MASK])
def test_no_profile_lets_secrets_pass_or_return(treatment: Treatment) -> None:
    with pytest.raises(ValidationError, match="expected secrets to be hashed or dropped"):
        DataProfile(rules={Kind.TOKEN: Rule(treatment=treatment)})


def test_a_tenant_without_a_profile_has_the_shipped_one() -> None:
    assert Profiles({}, FakeClock(), b"k" * 32).begin("other", OPERATOR).hide(TOKEN) == "[token removed]"


def test_where_nothing_is_hidden_every_text_is_as_it_was() -> None:
    veil = NOTHING_HIDDEN.begin("acme", ())
    assert (veil.hide(TEXT), veil.scan(TEXT), veil.reveal([TEXT]), veil.found()) == (TEXT, TEXT, [TEXT], {})


@given(st.lists(st.sampled_from(["ann@example.com", "+44 20 7946 0958", TOKEN, "hello", "<email:1>", "\n"])))
def test_nothing_that_is_hidden_is_left_and_what_comes_back_is_what_was_there(parts: list[str]) -> None:
    text = " ".join(parts)
    veil = profiles().begin("acme", OPERATOR)
    hidden = veil.hide(text)
    assert detected(hidden) == ()
    assert veil.reveal(hidden) == text.replace(TOKEN, "[token removed]").replace("<email:1>", "(email 1)")
