"""A flag is understood as flagd does, changed in one place, and every other byte of its file stays."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import InvalidInput
from memory.model.value import JsonValue
from tools.connectors.flagd.definition import definition, restored
from tools.connectors.flagd.document import flags, with_flag

FILE = """{
  "$schema": "https://flagd.dev/schema/v0/flags.json",
  "flags": {
    "new-pricing": {
      "state": "ENABLED",
      "variants": {
        "on": true,
        "off": false
      },
      "defaultVariant": "off",
      "metadata": {
        "owner": "shop"
      }
    },
    "banner":  { "state": "ENABLED", "variants": {"red": "#f00", "blue": "#00f"}, "defaultVariant": "red" }
  },
  "$evaluators": {"x": {"==": [1, 1]}}
}
"""
PLAIN: dict[str, JsonValue] = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "off"}


def test_one_flag_is_changed_and_every_other_byte_stays() -> None:
    changed = flags(FILE)["new-pricing"].switched("new-pricing", enabled=True)
    text = with_flag(FILE, "new-pricing", changed)
    assert text == FILE.replace('"defaultVariant": "off"', '"defaultVariant": "on"')


def test_a_change_and_its_restoration_give_the_same_bytes() -> None:
    before = flags(FILE)["new-pricing"]
    text = with_flag(FILE, "new-pricing", before.rolled_out("new-pricing", 25))
    assert json.loads(text)["flags"]["new-pricing"]["targeting"] == {"fractional": [["on", 25], ["off", 75]]}
    assert with_flag(text, "new-pricing", restored("new-pricing", before.exactly())) == FILE


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_percentage_is_what_was_asked_for_and_comes_back_exactly(first: int, second: int) -> None:
    one = definition("x", PLAIN).rolled_out("x", first)
    two = one.rolled_out("x", second)
    assert (one.percentage(), two.percentage()) == (first, second)
    assert restored("x", two.exactly()) == two


def test_what_a_percentage_is_counted_by_is_kept() -> None:
    bucket: JsonValue = {"cat": [{"var": "$flagd.flagKey"}, {"var": "email"}]}
    held = definition("x", {**PLAIN, "targeting": {"fractional": [bucket, ["on", 10], ["off", 90]]}})
    assert held.percentage() == 10
    assert held.rolled_out("x", 50).targeting == {"fractional": [bucket, ["on", 50], ["off", 50]]}


def test_rules_of_another_kind_are_not_rewritten() -> None:
    held = definition("x", {**PLAIN, "targeting": {"if": [{"==": [{"var": "tier"}, "gold"]}, "on", "off"]}})
    assert held.percentage() is None
    assert held.told() == "off by default, with rules of its own"
    with pytest.raises(InvalidInput, match="found other rules"):
        held.rolled_out("x", 10)


def test_switching_off_is_off_for_everybody_and_takes_the_rules_out() -> None:
    held = definition("x", PLAIN).rolled_out("x", 30)
    assert held.switched("x", enabled=False).percentage() == 0
    assert held.switched("x", enabled=True).percentage() == 100


def test_a_disabled_flag_is_off_and_switching_on_enables_it() -> None:
    held = definition("x", {**PLAIN, "state": "DISABLED", "defaultVariant": "on"})
    assert (held.on(), held.percentage()) == (False, 0)
    assert held.switched("x", enabled=True).on()


@pytest.mark.parametrize(
    ("broken", "because"),
    [
        ({"state": "on"}, "state"),
        ({"variants": {}}, "variants"),
        ({"variants": {"on": True, "off": "no"}}, "one type"),
        ({"variants": {"on": None}}, "a boolean, a text, a number or an object"),
        ({"defaultVariant": "maybe"}, "the default variant is one of on, off"),
        ({"targeting": []}, "targeting"),
    ],
)
def test_what_is_not_as_flagd_has_it_is_refused(broken: dict[str, JsonValue], because: str) -> None:
    with pytest.raises(InvalidInput, match=because):
        definition("x", {**PLAIN, **broken})


@pytest.mark.parametrize("text", ["", "[]", "{", '{"flags": []}', '{"flags": {"x": 1}}'])
def test_what_is_no_flagd_file_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        flags(text)


def test_a_flag_that_is_there_twice_is_refused() -> None:
    flag = json.dumps(PLAIN)
    with pytest.raises(InvalidInput, match="found two"):
        with_flag(f'{{"flags": {{"x": {flag}, "x": {flag}}}}}', "x", definition("x", PLAIN))


def test_a_flag_without_true_and_false_is_not_switched() -> None:
    with pytest.raises(InvalidInput, match="a variant that is true"):
        flags(FILE)["banner"].switched("banner", enabled=True)


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=4), st.sampled_from([None, 1, 4]))
def test_whatever_stands_around_a_flag_stays(others: dict[str, int], indent: int | None) -> None:
    whole = {"a": others, "flags": {"x": PLAIN, "y": PLAIN}, "z": [others]}
    text = json.dumps(whole, indent=indent)
    changed = json.loads(with_flag(text, "x", definition("x", PLAIN).rolled_out("x", 5)))
    whole["flags"] = {**whole["flags"], "x": changed["flags"]["x"]}  # type: ignore[dict-item] # plain JSON
    assert changed == whole
