"""What is shipped: exactly the five packages, with the files they read beside their code."""

import subprocess
import sys
import zipfile

import pytest

from tests.house.places import PACKAGES, ROOT, named

_CODE = {".py", ".pyc"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel and open it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def data_files() -> set[str]:
    """Return the files of the packages that are no code: templates, policies, prompts, static files."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*"))
    return {named(path) for path in found if path.is_file() and path.suffix not in _CODE}


def test_the_wheel_owns_exactly_the_five_names(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in tops if not name.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_has_one_command(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
    assert wheel.read(name).decode().split() == ["[console_scripts]", "quarterdeck", "=", "bot.__main__:main"]


def test_the_wheel_carries_every_file_its_code_reads(wheel: zipfile.ZipFile) -> None:
    assert data_files() - set(wheel.namelist()) == set()


def test_the_wheel_carries_its_licence(wheel: zipfile.ZipFile) -> None:
    assert [name for name in wheel.namelist() if name.endswith(".dist-info/licenses/LICENSE")]
