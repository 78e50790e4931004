"""What the browser is given: strict headers, nothing from elsewhere, files that are what they say."""

import hashlib
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from bot.surfaces.console.headers import FIXED, POLICY
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.test_talking import say

CONSOLE = Path(str(files("bot.surfaces.console")))
VENDOR = CONSOLE / "static" / "vendor"
OURS = [
    *(CONSOLE / "templates").glob("*.html"),
    CONSOLE / "static" / "console.js",
    CONSOLE / "static" / "passkey.js",
    CONSOLE / "static" / "console.css",
]
HOOKS = {"facts", "filled", "growing", "inline", "receipts", "slot", "steer", "time", "what"}  # named, not styled
READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3

_ENTRY = re.compile(
    r"^(?P<file>\S+)\n  package .+\n  licence .+, see (?P<licence>\S+)\n  sha256\s+(?P<sum>\w{64})$", re.MULTILINE
)
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_CLASSES = re.compile(r'class="([^"]*)"')
_LOGIC = re.compile(r"{[{%].*?[%}]}")
_COLOUR = re.compile(r"--(?P<name>[a-z-]+): #(?P<value>[0-9a-f]{6});")


def notices() -> list[re.Match[str]]:
    return list(_ENTRY.finditer((VENDOR / "NOTICE").read_text()))


def test_every_file_of_others_is_unaltered_and_has_its_licence_beside_it() -> None:
    found = {notice["file"]: notice for notice in notices()}
    licences = {notice["licence"] for notice in found.values()}
    assert {path.name for path in VENDOR.iterdir()} == set(found) | licences | {"NOTICE"}
    for name, notice in found.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == notice["sum"]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    assert re.findall(r"(?:https?:)?//[\w.-]+", _COMMENT.sub("", path.read_text())) == []


@pytest.mark.parametrize("path", [path for path in OURS if path.suffix == ".html"], ids=lambda path: path.name)
def test_no_template_holds_a_script_a_style_or_an_unescaped_value(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"<script(?! src=)|<style|\sstyle=|\son\w+=|hx-on|javascript:", text) == []
    assert re.findall(r"\|\s*safe\b|autoescape", text) == []


def test_the_policy_allows_scripts_and_styles_of_ours_alone() -> None:
    assert "default-src 'none'" in POLICY
    assert "script-src 'self';" in POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


@pytest.mark.parametrize(
    "address",
    ["/console/", "/console/sign-in", "/console/threads/t", "/console/nothing", "/console/static/console.css"],
)
async def test_every_answer_carries_the_security_headers(alice: httpx.AsyncClient, address: str) -> None:
    answer = await alice.get(address)
    assert {name: answer.headers[name] for name in FIXED} == FIXED


async def test_a_crash_carries_them_too(alice: httpx.AsyncClient) -> None:
    answer = await say(alice, "crash")
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"] == POLICY


async def test_pages_are_kept_by_nobody_and_files_for_long(alice: httpx.AsyncClient, call: Caller) -> None:
    page = await alice.get("/console/threads/t")
    assert page.headers["Cache-Control"] == "no-store"
    styles = re.search(r'href="(/console/static/console\.css\?v=\w{12})"', page.text)
    assert styles is not None
    kept = await call().get(styles[1])
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "address", ["/console/static/../templates/card.html", "/console/static/%2e%2e/app.py", "/console/static/"]
)
async def test_nothing_beside_the_static_files_is_served(call: Caller, address: str) -> None:
    assert (await call().get(address)).status_code == 404


def palettes() -> Iterator[dict[str, str]]:
    """Yield the colours of the light page and of the dark one."""
    light, dark = (CONSOLE / "static" / "console.css").read_text().split("@media (prefers-color-scheme: dark)", 1)
    for text in (light, dark.partition("* {")[0]):
        yield {found["name"]: found["value"] for found in _COLOUR.finditer(text)}


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [*palettes()], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, ground) for ink in ("ink", "quiet", "accent") for ground in ("ground", "sheet")),
        ("quiet", "sunk"),
        ("accent", "accent-soft"),
        ("ink", "accent-soft"),
        ("on-accent", "accent"),
        ("good", "good-soft"),
        ("good", "sunk"),
        ("bad", "bad-soft"),
        ("bad", "sheet"),
        ("bad", "sunk"),
        ("warn", "warn-soft"),
    ],
)
def test_everybody_can_read_it(palette: dict[str, str], ink: str, ground: str) -> None:
    lighter, darker = sorted((luminance(palette[ink]), luminance(palette[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= READABLE


def test_whatever_class_a_page_names_has_a_look_so_that_no_page_is_bare() -> None:
    pages = [_LOGIC.sub("", page.read_text()) for page in (CONSOLE / "templates").glob("*.html")]
    named = {name for page in pages for names in _CLASSES.findall(page) for name in names.split()}
    styled = set(re.findall(r"\.([a-z][a-z-]*)", (CONSOLE / "static" / "console.css").read_text()))
    assert named - styled <= HOOKS
