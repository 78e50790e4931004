"""`quarterdeck teams` writes the package and tells what the doctor finds."""

from pathlib import Path
from zipfile import ZipFile

from tests.bot.surfaces.cli.conftest import Terminal


def test_the_package_is_written_where_it_is_wanted(quarterdeck: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "app.zip"
    result = quarterdeck("teams", "package", "--out", str(file))
    assert result.code == 0, result.err
    assert "Upload it" in result.out
    with ZipFile(file) as archive:
        assert "manifest.json" in archive.namelist()


def test_the_doctor_tells_what_it_finds(quarterdeck: Terminal) -> None:
    result = quarterdeck("teams", "doctor")
    assert result.code == 0, result.err
    assert "answers" in result.out
