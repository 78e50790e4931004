"""The package is one that Teams takes, and the doctor says what is wrong."""

import json
import struct
import zlib
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from pydantic import SecretStr

from bot.settings import Settings, parsed
from bot.surfaces.cli.host import Finding, Health
from bot.surfaces.teams.icons import colour, outline
from bot.surfaces.teams.packaging import package
from bot.teams_findings import teams_examined
from memory.errors import InvalidSettings
from tests.fakes.teams.service import APP, SECRET, TENANT, FakeTeams

SET = {"teams_app_id": APP, "teams_app_secret": SECRET, "teams_home_tenant": TENANT}


def test_a_package_has_a_manifest_and_two_icons_and_is_the_same_twice() -> None:
    made = package(APP, "https://qd.test", "Quarterdeck", "0.1.0")
    assert made == package(APP, "https://qd.test", "Quarterdeck", "0.1.0")
    with ZipFile(BytesIO(made)) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        told = json.loads(archive.read("manifest.json"))
    assert told["bots"][0]["botId"] == APP
    assert told["bots"][0]["scopes"] == ["personal", "team", "groupChat"]
    assert told["validDomains"] == ["qd.test"]
    assert len(told["name"]["short"]) <= 30
    assert len(told["description"]["short"]) <= 80


@pytest.mark.parametrize(("icon", "size"), [(colour(), 192), (outline(), 32)], ids=["colour", "outline"])
def test_an_icon_is_a_whole_png_of_its_size(icon: bytes, size: int) -> None:
    assert struct.unpack(">II", icon[16:24]) == (size, size)
    length = struct.unpack(">I", icon[33:37])[0]
    assert len(zlib.decompress(icon[41 : 41 + length])) == size * (size * 4 + 1)
    assert icon.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize(("app", "url"), [("", "https://qd.test"), (APP, "http://qd.test"), (APP, "")])
def test_a_package_needs_an_app_and_an_address(app: str, url: str) -> None:
    with pytest.raises(InvalidSettings):
        package(app, url, "Quarterdeck", "0.1.0")


@pytest.mark.parametrize(
    "given",
    [
        {"teams_app_id": APP},
        {"teams_app_secret": SECRET},
        SET | {"teams_home_tenant": ""},
        {"teams_open": True},
        {"teams_open": True, "profile": "demo"},
        {"teams_open": True, "profile": "production"},
        SET | {"teams_open": True, "profile": "development"},
        {"teams_tenants": TENANT},
    ],
    ids=str,
)
def test_what_would_leave_the_door_open_does_not_start(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidSettings):
        parsed(given)


def test_without_checks_it_starts_in_development_alone() -> None:
    assert parsed({"teams_open": True, "profile": "development"}).uses_teams()
    assert parsed(SET | {"teams_tenants": "one, two"}).teams_tenants == ("one", "two")
    assert not Settings().uses_teams()


async def found(settings: Settings, service: FakeTeams) -> dict[str, Finding]:
    return {each.check: each async for each in teams_examined(settings, service.cloud())}


async def test_the_doctor_says_what_works_and_what_does_not(service: FakeTeams) -> None:
    settings = parsed(SET | {"public_url": service.url})
    said = await found(settings, service)
    assert [said[each].health for each in ("teams secret", "teams keys")] == [Health.OK, Health.OK]
    assert said["teams endpoint"].health is Health.FAIL
    assert "404" in said["teams endpoint"].found
    wrong = settings.model_copy(update={"teams_app_secret": SecretStr("another")})
    assert (await found(wrong, service))["teams secret"].health is Health.FAIL
    assert (await found(Settings(), service))["teams"].health is Health.FAIL
