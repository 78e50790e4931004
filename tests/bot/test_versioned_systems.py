"""Repositories, GitHub, Terraform and flags are there where the settings have them, and nowhere else."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import cast

import pytest

from bot.offered import offered
from bot.settings import Settings, parsed
from bot.wiring.systems import Surroundings, flags, git, github, terraform
from memory.errors import InvalidSettings
from memory.ids import RandomIds
from memory.store import Store
from tests.fakes.time import FakeClock
from tests.tools.connectors.calls import context
from tests.tools.connectors.git.workbench import Workbench
from tools.capabilities import git as of_git
from tools.capabilities import github as of_github
from tools.capabilities import rollouts as of_rollouts
from tools.capabilities import terraform as of_terraform
from tools.contract import Capability, Reader, slots
from tools.policy.schema import cedar_schema
from tools.registry import Registry

OPENERS = (git.opened, github.opened, terraform.opened, flags.opened)
FURTHER = (*of_git.EVERY, *of_github.EVERY, *of_terraform.EVERY, *of_rollouts.EVERY)
FLAGS = '{"flags": {"x": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"}}}\n'
every = pytest.mark.parametrize("capability", FURTHER, ids=lambda capability: capability.name)


def around(settings: Settings) -> Surroundings:
    """Return the house as these systems find it: none of them asks the store."""
    return Surroundings(settings, settings.catalogue(), cast("Store", None), FakeClock(), RandomIds())


async def hands_of(settings: Settings) -> tuple[Registry, tuple[str, ...]]:
    """Return every hand, after every check was asked, and what those said."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(opener(around(settings))) for opener in OPENERS]
        said = [f"{name}: {await check()}" for each in opened for name, check in each.checks.items()]
        return Registry(hand for each in opened for hand in each.hands), tuple(said)


def settings_of(bench: Workbench, **more: object) -> Settings:
    """Return settings that know the bench's repository."""
    repository = {"name": "shop", "url": f"file://{bench.origin}", "direct": True}
    home = bench.folder / "house"
    home.mkdir(exist_ok=True)
    return parsed({"home": str(home), "repositories": [repository], **more})


@every
def test_every_argument_can_be_read_from_words_and_the_sentence_names_only_them(capability: Capability) -> None:
    fields = set(capability.arguments.model_fields)
    assert set(slots(capability)) == fields
    capability.says.format_map(dict.fromkeys(fields, ""))
    assert len(set(capability.examples)) >= 20


def test_policy_can_be_written_about_all_of_them() -> None:
    schema = cedar_schema(FURTHER)
    assert all(f'"{each.name}"' in schema for each in FURTHER)


async def test_nothing_configured_brings_nothing(tmp_path: Path) -> None:
    settings = parsed({"home": str(tmp_path)})
    registry, said = await hands_of(settings)
    assert (registry.capabilities(), said) == ((), ())
    assert not {each.name for each in offered(settings)} & {each.name for each in FURTHER}


async def test_what_is_offered_is_what_is_served(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    commit = bench.commit("flags", {"flags/production.json": FLAGS})
    settings = settings_of(bench, flagd_file="shop/flags/production.json")
    registry, said = await hands_of(settings)
    served = {each.name for each in registry.capabilities()}
    wanted = {each.name for each in (*of_git.EVERY, *of_rollouts.EVERY)}
    assert served == wanted | {"flags.list", "flag.set"}
    assert wanted <= {each.name for each in offered(settings)}
    assert said == (f"git.shop: main at {commit[:10]}", "flagd: 1 flags")


async def test_github_is_there_with_a_token_and_a_repository_there(tmp_path: Path) -> None:
    plain = {"name": "shop", "url": "https://github.com/acme/shop.git"}
    hosted = parsed(
        {
            "home": str(tmp_path),
            "repositories": [{**plain, "github": "acme/shop"}],
            "github_token": "ghp-very-secret",
        }
    )
    async with github.opened(around(hosted)) as opened:
        names = {hand.capability.name for hand in opened.hands}
        assert names == {each.name for each in of_github.EVERY} <= {each.name for each in offered(hosted)}
    for less in ({"github_token": ""}, {"repositories": [plain]}):
        bare = parsed({**hosted.model_dump(), "github_token": "x", **less})
        async with github.opened(around(bare)) as opened:
            assert opened.hands == ()
        assert not {each.name for each in offered(bare)} & {each.name for each in of_github.EVERY}
    assert "ghp-very-secret" not in repr(hosted)


async def test_terraform_is_there_with_a_project_and_keeps_its_plans_to_itself(tmp_path: Path) -> None:
    project = {"name": "infra", "folder": str(tmp_path), "environment": {"TF_VAR_password": "hunter2-secret"}}
    settings = parsed({"home": str(tmp_path), "terraform_projects": [project]})
    async with terraform.opened(around(settings)) as opened:
        names = {hand.capability.name for hand in opened.hands}
    assert names == {each.name for each in of_terraform.EVERY} <= {each.name for each in offered(settings)}
    assert (tmp_path / "terraform" / "plans").stat().st_mode & 0o077 == 0
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("more", "because"),
    [
        ({"flagd_file": "elsewhere/flags.json"}, r"expected a repository \(shop\)"),
        ({"flagd_file": "shop/../flags.json"}, "flagd_file as REPOSITORY/PATH"),
        ({"flagd_file": "shop/f.json", "unleash_url": "https://u.example.com"}, "found both"),
    ],
)
async def test_flags_from_nowhere_or_from_two_places_are_an_error(
    more: dict[str, object], because: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidSettings, match=because):
        await hands_of(settings_of(Workbench(tmp_path), **more))


async def test_a_flag_file_in_a_repository_without_direct_commits_is_an_error(tmp_path: Path) -> None:
    repository = {"name": "shop", "url": "https://example.com/shop.git"}
    settings = parsed({"home": str(tmp_path), "repositories": [repository], "flagd_file": "shop/flags.json"})
    with pytest.raises(InvalidSettings, match="to take commits to its default branch"):
        await hands_of(settings)


def test_two_repositories_or_projects_of_one_name_are_an_error() -> None:
    repository = {"name": "shop", "url": "https://example.com/shop.git"}
    with pytest.raises(InvalidSettings, match="name of its own"):
        parsed({"repositories": [repository, repository]})
    project = {"name": "infra", "folder": "/srv/infra"}
    with pytest.raises(InvalidSettings, match="name of its own"):
        parsed({"terraform_projects": [project, project]})


async def test_the_hands_work_as_they_are_wired(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    registry, _ = await hands_of(settings_of(bench))
    log = registry.tool("git.log")
    assert isinstance(log, Reader)
    seen = await log.read(registry.arguments("git.log", {"repository": "shop"}), context())
    assert seen.value == 1
