"""The model is found on this machine or not at all."""

from pathlib import Path

import pytest

from bot.voice import models
from bot.voice.models import MODEL, Packed, model_folder
from memory.errors import DependencyMissing, InvalidInput


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Packed:
    """Two importable packages that carry a model in parts."""
    for name, part in (("speech_part_one", b"first and "), ("speech_part_two", b"second")):
        data = tmp_path / "site" / name / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").write_text("raise SystemExit('its code was run')")
        (data / f"{name}.bin").write_bytes(part)
    (tmp_path / "site" / "speech_part_one" / "data" / "config.json").write_text("{}")
    monkeypatch.syspath_prepend(tmp_path / "site")
    return Packed(
        folders=(("speech_part_one", "data"), ("speech_part_two", "data")),
        parts=("speech_part_one.bin", "speech_part_two.bin"),
        distributions="both",
        sha256="ac2bfbe9f1f8cbdeb5a7e8a68a5e6e0c0c0cc8b8f2b5a1d7ff0a5cb5a8f4f6d1",
    )


def test_the_packaged_model_is_checked_and_found_without_running_its_package(tmp_path: Path) -> None:
    folder = model_folder(None, "tiny.en", tmp_path)

    assert (folder / MODEL).is_file()


def test_a_folder_of_the_settings_is_taken_as_it_is(tmp_path: Path) -> None:
    for name in models.NEEDED:
        (tmp_path / name).write_bytes(b"{}")

    assert model_folder(tmp_path, "tiny.en", tmp_path) == tmp_path


def test_a_folder_without_a_model_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(DependencyMissing, match=r"model\.bin, config\.json, tokenizer\.json missing"):
        model_folder(tmp_path, "tiny.en", tmp_path)


def test_a_model_nobody_packed_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"among tiny\.en, base, .* found 'huge'"):
        model_folder(None, "huge", tmp_path)


def test_a_package_that_is_not_installed_is_named_with_the_line_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        models.PACKED, "absent", Packed((("no_such_speech_package", "data"),), (MODEL,), "no-such-package", "")
    )

    with pytest.raises(DependencyMissing, match="no-such-package") as refused:
        model_folder(None, "absent", tmp_path)
    assert "pip install 'quarterdeck[voice]'" in refused.value.hint


def test_a_model_in_parts_is_joined_once_and_checked(
    tmp_path: Path, parts: Packed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace
    from hashlib import sha256

    whole = replace(parts, sha256=sha256(b"first and second").hexdigest())
    monkeypatch.setitem(models.PACKED, "parted", whole)

    folder = model_folder(None, "parted", tmp_path / "cache")
    again = model_folder(None, "parted", tmp_path / "cache")

    assert (folder / MODEL).read_bytes() == b"first and second"
    assert (folder / "config.json").is_file()
    assert again == folder
    assert [each.name for each in (tmp_path / "cache").iterdir()] == ["parted"]


def test_parts_that_do_not_make_the_pinned_model_leave_nothing_behind(
    tmp_path: Path, parts: Packed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(models.PACKED, "parted", parts)

    with pytest.raises(InvalidInput, match="with SHA-256"):
        model_folder(None, "parted", tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())
