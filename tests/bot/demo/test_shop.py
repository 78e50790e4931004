"""The data the demo shop is made of fits together."""

import pytest

from bot.demo.catalogue import CATALOGUE
from bot.demo.shop import BAD_RELEASE, FLAGS, INSTALLS, MOST_REPLICAS, RELEASES, ROUTES, behaviours


def test_every_table_is_about_the_services_of_the_catalogue() -> None:
    names = set(CATALOGUE.names())
    assert set(ROUTES) == set(RELEASES) == set(INSTALLS) == names
    assert {flag.service for flag in FLAGS.values()} <= names


@pytest.mark.parametrize("service", CATALOGUE.services, ids=lambda service: service.name)
def test_the_catalogue_says_whom_a_service_really_asks(service: object) -> None:
    name = getattr(service, "name", "")
    asked = {upstream.service for route in ROUTES[name] for upstream in route.upstreams}
    assert asked == set(getattr(service, "depends_on", ()))


def test_the_catalogue_names_every_flag() -> None:
    assert set(CATALOGUE.flags()) == set(FLAGS)


@pytest.mark.parametrize("service", INSTALLS)
def test_what_is_installed_is_a_known_release_with_one_before_it(service: str) -> None:
    install = INSTALLS[service]
    assert len(install.releases) > 1
    assert set(install.releases) <= set(RELEASES[service])
    assert 0 < install.replicas <= MOST_REPLICAS


def test_only_the_bad_release_fails_by_itself() -> None:
    failing = [
        (service, version)
        for service, versions in RELEASES.items()
        for version, behaviour in versions.items()
        if behaviour.error_share
    ]
    assert failing == [BAD_RELEASE]


def test_a_flag_shapes_requests_only_while_it_is_on_and_only_of_its_service() -> None:
    on = {"new-pricing": True}
    assert behaviours("checkout", "1.4.1", on) == (RELEASES["checkout"]["1.4.1"], FLAGS["new-pricing"].on)
    assert behaviours("checkout", "1.4.1", {"new-pricing": False}) == (RELEASES["checkout"]["1.4.1"],)
    assert behaviours("payments", "3.2.0", on) == (RELEASES["payments"]["3.2.0"],)
