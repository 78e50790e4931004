"""A server that is missing is an excuse on a person's machine, and none in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.places import ROOT

REQUIRES = 'from tests.servers import require\ndef test_a() -> None:\n    require("no-such-server")\n'
SKIPS = (
    'import pytest\n@pytest.mark.skipif(True, reason="redis-server is not installed")\ndef test_a() -> None: ...\n'
)
WHOLE_MODULE = 'import pytest\npytest.skip("chromium is not installed", allow_module_level=True)\n'
NO_DATA = 'import pytest\ndef test_a() -> None:\n    pytest.skip("the data folder is absent")\n'


def exit_code(source: str, folder: Path, *, ci: bool) -> int:
    """Run one test file under the project's conftest in a process of its own and return pytest's exit code."""
    (folder / "test_it.py").write_text(source)
    environment = {name: value for name, value in os.environ.items() if name not in {"CI", "PYTEST_ADDOPTS"}}
    environment |= {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | (
        {"CI": "true"} if ci else {}
    )
    run = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", "test_it.py"]
    return subprocess.run(run, cwd=folder, env=environment, check=False, capture_output=True).returncode


@pytest.mark.parametrize("source", [REQUIRES, SKIPS, WHOLE_MODULE])
def test_a_missing_server_fails_in_ci(source: str, tmp_path: Path) -> None:
    assert exit_code(source, tmp_path, ci=True) in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}


@pytest.mark.parametrize("source", [REQUIRES, SKIPS])
def test_a_missing_server_skips_elsewhere(source: str, tmp_path: Path) -> None:
    assert exit_code(source, tmp_path, ci=False) == pytest.ExitCode.OK


def test_missing_data_skips_even_in_ci(tmp_path: Path) -> None:
    assert exit_code(NO_DATA, tmp_path, ci=True) == pytest.ExitCode.OK
