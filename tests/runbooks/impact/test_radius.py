"""The blast radius is every service connected with the change, with what is not known of it said as such."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from memory.model.catalogue import Catalogue, Service
from memory.model.impact import Reach
from runbooks.impact.picture import svg
from runbooks.impact.radius import radius, with_traffic
from runbooks.impact.wording import says

SHOP = Catalogue(
    services=(
        Service(name="database", users=None),
        Service(name="payments", depends_on=("database",), revenue_per_minute=120.5, currency="EUR", users=900),
        Service(name="checkout", depends_on=("payments",), revenue_per_minute=80, currency="EUR", users=1000),
        Service(name="storefront", depends_on=("checkout", "search"), criticality=1),
        Service(name="search"),
    )
)
NAMES = st.sampled_from("abcdef")


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    return Catalogue(
        services=tuple(
            Service(name=name, depends_on=tuple(draw(st.lists(NAMES, max_size=3, unique=True))))
            for name in "abcdef"
        )
    )


def test_what_leans_on_it_is_downstream_and_what_it_leans_on_upstream_with_the_distance() -> None:
    found = {each.service: (each.reach, each.distance, each.leads) for each in radius(SHOP, ["payments"]).services}
    assert found == {
        "payments": (Reach.ITSELF, 0, ()),
        "checkout": (Reach.DOWNSTREAM, 1, ("payments",)),
        "storefront": (Reach.DOWNSTREAM, 2, ("checkout",)),
        "database": (Reach.UPSTREAM, 1, ("payments",)),
    }


def test_totals_count_what_would_feel_it_and_say_what_is_unknown() -> None:
    told = says(with_traffic(radius(SHOP, ["payments"]), {"checkout": 12.0}))
    assert told[:4] == (
        "2 services lean on what is changed.",
        "Traffic: 12 req/s, and unknown of 2 more.",
        "Users: 1,900, and unknown of 1 more.",
        "Revenue a minute: 200.50 EUR, and unknown of 1 more.",
    )
    assert any(line.startswith("database (it leans on this, 1 away)") for line in told)


def test_a_service_nobody_knows_has_an_unknown_radius_and_not_an_empty_one() -> None:
    assert says(radius(SHOP, ["mystery"])) == ("mystery is not in the catalogue: what leans on it is unknown.",)
    assert says(radius(SHOP, [])) == ("It names no service: how far it reaches is unknown.",)
    assert svg(radius(SHOP, [])) == ""


@given(catalogue=catalogues(), changed=st.lists(NAMES, min_size=1, max_size=2))
def test_it_ends_and_finds_exactly_the_dependants_whatever_the_circles(
    catalogue: Catalogue, changed: list[str]
) -> None:
    impact = radius(catalogue, changed)
    names = [each.service for each in impact.services]
    assert len(names) == len(set(names))
    dependants = {name for root in changed for name in catalogue.dependants(root)}
    down = {each.service for each in impact.services if each.reach is Reach.DOWNSTREAM}
    assert down == dependants - set(changed)


@given(catalogue=catalogues(), changed=st.lists(NAMES, min_size=1, max_size=2))
def test_the_picture_is_sound_xml_with_every_service_in_words(catalogue: Catalogue, changed: list[str]) -> None:
    impact = radius(catalogue, changed)
    drawn = ET.fromstring(svg(impact))  # noqa: S314  # our own, and this is its test
    told = drawn.find("{http://www.w3.org/2000/svg}desc")
    assert told is not None
    assert told.text is not None
    assert all(f"{each.service} (" in told.text for each in impact.services)
    assert drawn.get("role") == "img"
