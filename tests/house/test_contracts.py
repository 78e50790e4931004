"""The import contracts are kept, and each is broken by the import it forbids: none is a rule in name only."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.places import PACKAGES, ROOT, sources

CONTRACTS = ".importlinter"
_SECTION = "importlinter:contract:"
_VERDICT = re.compile(r"^(?P<name>.+?) (?P<verdict>KEPT|BROKEN)\b", re.MULTILINE)

# For each contract: a module, and an import in it that only this contract forbids.
FORBIDDEN = {
    "house": ("memory/bus.py", "import tools.registry"),
    "proposers": ("agents/ports.py", "import tools.http"),
    "hands": ("bot/surfaces/__init__.py", "import tools.connectors.prometheus"),
    "gate": ("bot/surfaces/__init__.py", "import tools.gate"),
    "runner": ("bot/surfaces/__init__.py", "import runbooks.runner"),
    "assembly": ("bot/__init__.py", "import bot.wiring"),
    "witness": ("bot/witness/__init__.py", "import bot.settings"),
    "pure": ("memory/model/plan.py", "import random"),
    "verifier": ("memory/ledger/source.py", "import httpx"),
    "connectors": ("tools/connectors/prometheus/__init__.py", "import tools.connectors.alertmanager"),
    "surfaces": ("bot/surfaces/cli/__init__.py", "import bot.surfaces.rest"),
    "slack": ("bot/server.py", "import slack_sdk"),
    "teams": ("bot/server.py", "import botbuilder"),
    "voice": ("bot/server.py", "import av"),
    "sql": ("tools/http/client.py", "import sqlalchemy"),
    "acyclic": ("tools/contract.py", "import tools.registry"),
}


def contracts() -> dict[str, str]:
    """Return the contracts' names by their ids."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / CONTRACTS)
    names = {section.removeprefix(_SECTION): parser[section] for section in parser if section.startswith(_SECTION)}
    return {identifier: section["name"] for identifier, section in names.items()}


def broken_in(folder: Path) -> set[str]:
    """Return the names of the contracts that the code in `folder` breaks."""
    lint = Path(sys.executable).with_name("lint-imports")
    environment = os.environ | {"COLUMNS": "200", "NO_COLOR": "1"}
    done = subprocess.run(
        [lint, "--no-logo"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    verdicts = {found["name"]: found["verdict"] for found in _VERDICT.finditer(done.stdout)}
    assert set(verdicts) == set(contracts().values()), done.stdout + done.stderr
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the five packages' Python files and the contracts; each test leaves it as it was."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / CONTRACTS, folder)
    for source in sources(*PACKAGES):
        target = folder / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    return folder


def test_every_contract_is_kept() -> None:
    assert broken_in(ROOT) == set()


def test_every_contract_has_an_import_that_breaks_it() -> None:
    assert set(FORBIDDEN) == set(contracts())


@pytest.mark.parametrize("identifier", FORBIDDEN)
def test_a_forbidden_import_breaks_exactly_its_contract(identifier: str, house: Path) -> None:
    name, statement = FORBIDDEN[identifier]
    module = house / name
    before = module.read_text(encoding="utf-8")
    module.write_text(f"{before}\n{statement}\n", encoding="utf-8")
    try:
        assert broken_in(house) == {contracts()[identifier]}
    finally:
        module.write_text(before, encoding="utf-8")
