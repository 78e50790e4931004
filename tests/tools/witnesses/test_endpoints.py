"""Where witnesses are, and how they are told apart."""

import pytest

from memory.errors import InvalidSettings
from memory.log.keys import Cosigner
from tests.memory.log.signers import FIRST, LOG, private
from tools.witnesses import WitnessEndpoint, Witnesses


def test_a_witness_is_its_key_and_where_it_is() -> None:
    endpoint = WitnessEndpoint.parse(f" {FIRST.key}  https://witness.example/w1 ")
    assert endpoint == WitnessEndpoint("https://witness.example/w1", FIRST.key)
    assert endpoint.name == FIRST.key.name


@pytest.mark.parametrize(
    "text", ["", str(FIRST.key), "https://w.example", "w+0+x https://w.example", f"{LOG.key} https://w.example"]
)
def test_what_names_no_witness_is_a_setting_to_mend(text: str) -> None:
    with pytest.raises(InvalidSettings, match="expected a witness"):
        WitnessEndpoint.parse(text)


@pytest.mark.parametrize(
    "endpoints",
    [
        [WitnessEndpoint("http://a", FIRST.key), WitnessEndpoint("http://b", FIRST.key)],
        [
            WitnessEndpoint("http://a", FIRST.key),
            WitnessEndpoint("http://b", Cosigner("witness.example/other", private(2)).key),
        ],
        [WitnessEndpoint("ftp://a", FIRST.key)],
    ],
)
def test_witnesses_are_told_apart_and_have_an_address(endpoints: list[WitnessEndpoint]) -> None:
    with pytest.raises(InvalidSettings, match="expected"):
        Witnesses(endpoints)
