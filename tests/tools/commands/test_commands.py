"""Real programs, run as argument lists: what they get, what they may take, and once, whatever breaks."""

import asyncio
import hashlib
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from memory.errors import (
    ConnectorError,
    ConnectorUnreachable,
    DependencyMissing,
    InvalidInput,
    OutcomeUnknown,
)
from tests.fakes.attempts import FakeAttempts
from tests.tools.connectors.calls import context
from tools.connectors.commands import Running, hand
from tools.connectors.commands.hands import CommandAct, CommandRead, argument_list
from tools.declared.command import Command
from tools.registry import validated

SHOW = '#!/bin/sh\nfor each in "$@"; do printf "<%s>" "$each"; done\n'
DRAIN = """#!/bin/sh
case "$1" in
  look) grep -q "^$2$" "$LEDGER" ;;
  dry) echo "would drain $2" ;;
  *) echo "$2" >> "$LEDGER"; [ -z "$SLOW" ] || sleep 30; echo "drained $1" ;;
esac
"""


def program(folder: Path, text: str = SHOW, name: str = "program") -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(stat.S_IRWXU)
    return path


def command(path: Path | str, **changes: object) -> Command:
    told: dict[str, object] = {"name": "show", "title": "Show it", "effect": "read", "tier": "observe"}
    return Command.model_validate({**told, "program": str(path), **changes})


def draining(folder: Path, **changes: object) -> Command:
    ledger = folder / "ledger"
    ledger.touch()
    told: dict[str, object] = {
        "name": "drain",
        "title": "Drain the queue",
        "effect": "destructive",
        "tier": "execute",
        "parameters": {"queue": {"choices": ["orders", "mails"]}},
        "arguments": ["{queue}", "{key}"],
        "environment": {"LEDGER": str(ledger), "PATH": "/usr/bin:/bin"},
        "dry_run": ["dry", "{queue}"],
        "look": {"arguments": ["look", "{key}"]},
        "bounds": {"seconds": 1.0},
    }
    return Command.model_validate({**told, "program": str(program(folder, DRAIN, "drain")), **changes})


def reading(made: Command) -> CommandRead:
    tool = hand(Running(made), FakeAttempts())
    assert isinstance(tool, CommandRead)
    return tool


def acting(made: Command, attempts: FakeAttempts | None = None) -> CommandAct:
    tool = hand(Running(made), attempts or FakeAttempts())
    assert isinstance(tool, CommandAct)
    return tool


def asked(tool: CommandRead | CommandAct, **values: object) -> Any:
    return validated(tool.capability, dict(values))  # type: ignore[arg-type]  # what somebody may type


async def said(made: Command, **values: object) -> str:
    tool = reading(made)
    return (await tool.read(asked(tool, **values), context())).evidence[0].text


@pytest.mark.parametrize(
    "value",
    ["a b", "$(id)", "`id`", "a;id", "a|b", "a&&b", "*", "~", '"', "'", "a>b", "é☂", "$HOME", "\\", "{key}"],
)
async def test_a_value_reaches_the_program_as_one_argument_as_it_stands(tmp_path: Path, value: str) -> None:
    made = command(program(tmp_path), arguments=["--", "{text}"], parameters={"text": {}})
    assert await said(made, text=value) == f"<--><{value}>"


@given(value=st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=200))
@settings(max_examples=50, deadline=None)
def test_no_text_is_ever_more_than_one_argument(value: str) -> None:
    made = command("/usr/bin/printf", arguments=["%s", "{text}"], parameters={"text": {"dash": True}})
    assert argument_list(made, made.arguments, {"text": value}) == ["%s", value]


async def test_a_value_that_looks_like_an_option_is_refused(tmp_path: Path) -> None:
    made = command(program(tmp_path), arguments=["{text}"], parameters={"text": {}})
    with pytest.raises(InvalidInput, match="begin with no dash"):
        await said(made, text="--force")
    allowed = command(program(tmp_path), arguments=["{text}"], parameters={"text": {"dash": True}})
    assert await said(allowed, text="--force") == "<--force>"


async def test_a_value_that_does_not_fit_the_pattern_never_reaches_the_program(tmp_path: Path) -> None:
    made = command(program(tmp_path), arguments=["{text}"], parameters={"text": {"pattern": "[a-z]+"}})
    for value in ("a b", "a\n", "A", "a\nb", ""):
        with pytest.raises(InvalidInput):
            await said(made, text=value)
    assert await said(made, text="abc") == "<abc>"


async def test_an_optional_argument_that_is_absent_is_left_out(tmp_path: Path) -> None:
    made = command(program(tmp_path), arguments=["a", "{text}", "b"], parameters={"text": {"optional": True}})
    assert await said(made) == "<a><b>"


async def test_the_environment_is_what_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTERDECK_TEST_LEAK", "leaked")
    made = command("/usr/bin/env", environment={"LISTED": "yes"}, secrets={"TOKEN": "s3cr3t"})
    assert sorted((await said(made)).split()) == ["LISTED=yes", "TOKEN=[secret]"]


async def test_a_program_that_is_not_the_pinned_one_does_not_start(tmp_path: Path) -> None:
    path = program(tmp_path)
    pin = hashlib.sha256(path.read_bytes()).hexdigest()
    assert await said(command(path, sha256=pin, arguments=["a"])) == "<a>"
    path.write_text(f"{SHOW}touch {tmp_path}/harm\n")
    with pytest.raises(ConnectorUnreachable, match="not the one that is pinned"):
        await said(command(path, sha256=pin))
    assert not (tmp_path / "harm").exists()


async def test_a_pinned_binary_runs() -> None:
    path = Path("/usr/bin/printf")
    made = command(path, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), arguments=["%s", "here"])  # noqa: ASYNC240 - a moment
    assert await said(made) == "here"


async def test_what_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    path = program(tmp_path, f"#!/bin/sh\nsleep 60 & echo $! > {tmp_path}/child\nsleep 60\n")
    made = command(path, environment={"PATH": "/usr/bin:/bin"}, bounds={"seconds": 0.7})
    with pytest.raises(ConnectorUnreachable, match="was ended"):
        await said(made)
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if not _alive(child):
            return
        await asyncio.sleep(0.02)
    pytest.fail("the child lives on")


def _alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


async def test_output_is_bounded_and_harmless(tmp_path: Path) -> None:
    path = program(tmp_path, "#!/bin/sh\nprintf '\\033[31mred\\377'; yes | head -c 500000\n")
    made = command(path, environment={"PATH": "/usr/bin:/bin"}, bounds={"output_bytes": 1000})
    tool = reading(made)
    outcome = await tool.read(asked(tool), context())
    assert outcome.missing == ("command.show: its output is cut",)
    assert "\033" not in outcome.evidence[0].text
    assert len(outcome.evidence[0].text) <= 1000


@pytest.mark.parametrize(
    ("bounds", "script"),
    [
        ({"memory_mb": 64}, "exec {python} -c 'bytearray(200_000_000)'"),
        ({"file_mb": 0}, "echo x > {folder}/file"),
        ({"cpu_s": 1, "seconds": 10}, "while :; do :; done"),
    ],
)
async def test_the_kernel_holds_it_to_its_limits(tmp_path: Path, bounds: dict[str, Any], script: str) -> None:
    text = script.format(python="/usr/bin/python3", folder=tmp_path)
    with pytest.raises(ConnectorError, match="failed with exit code"):
        await said(command(program(tmp_path, f"#!/bin/sh\n{text}\n"), bounds=bounds))


async def test_a_number_in_the_output_is_the_value(tmp_path: Path) -> None:
    path = program(tmp_path, "#!/bin/sh\necho 'depth: 42 messages'\n")
    tool = reading(command(path, value=r"depth: (\d+)"))
    assert (await tool.read(asked(tool), context())).value == 42.0


async def test_a_program_that_is_missing_is_named_by_the_check_and_when_run(tmp_path: Path) -> None:
    made = command(tmp_path / "none")
    with pytest.raises(DependencyMissing, match="none"):
        Running(made).check()
    with pytest.raises(ConnectorUnreachable, match="was not started"):
        await said(made)


async def test_a_preview_shows_the_exact_command_and_what_the_dry_run_says(tmp_path: Path) -> None:
    tool = acting(draining(tmp_path))
    preview = await tool.preview(asked(tool, queue="orders"), context())
    shown = [change.after for change in preview.changes]
    assert shown == [f'["{tmp_path}/drain","orders","KEY"]', "would drain orders\n"]
    assert (tmp_path / "ledger").read_text() == ""


async def test_a_key_is_acted_on_once(tmp_path: Path) -> None:
    tool = acting(draining(tmp_path))
    first = await tool.act(asked(tool, queue="orders"), context())
    assert await tool.act(asked(tool, queue="orders"), context()) == first
    assert (tmp_path / "ledger").read_text() == "run_1:0\n"


async def test_a_run_that_was_ended_in_the_middle_is_looked_up(tmp_path: Path) -> None:
    made, attempts = draining(tmp_path), FakeAttempts()
    slow = made.model_copy(update={"environment": {**made.environment, "SLOW": "1"}})
    tool = acting(slow, attempts)
    with pytest.raises(ConnectorUnreachable, match="was ended"):
        await tool.act(asked(tool, queue="orders"), context())
    found = await acting(made, attempts).look(context())  # another process, later
    assert found is not None
    assert found.ok
    assert (tmp_path / "ledger").read_text() == "run_1:0\n"


async def test_a_run_that_did_not_happen_may_be_begun_again(tmp_path: Path) -> None:
    made, attempts = draining(tmp_path), FakeAttempts()
    tool = acting(made, attempts)
    arguments = asked(tool, queue="orders")
    with pytest.raises(ConnectorUnreachable, match="was not started"):
        await acting(made.model_copy(update={"program": "/nowhere/drain"}), attempts).act(arguments, context())
    assert await tool.look(context()) is None
    assert (await tool.act(arguments, context())).ok


async def test_without_a_look_a_broken_run_stays_unknown(tmp_path: Path) -> None:
    made, attempts = draining(tmp_path, look=None), FakeAttempts()
    slow = made.model_copy(update={"environment": {**made.environment, "SLOW": "1"}})
    tool = acting(slow, attempts)
    with pytest.raises(ConnectorUnreachable):
        await tool.act(asked(tool, queue="orders"), context())
    with pytest.raises(OutcomeUnknown, match="nobody can tell"):
        await tool.look(context())


async def test_no_program_can_pretend_that_it_did_not_start(tmp_path: Path) -> None:
    text = "#!/bin/sh\necho 'quarterdeck: no such program' >&2\nexit 126\n"
    attempts = FakeAttempts()
    tool = acting(draining(tmp_path, program=str(program(tmp_path, text))), attempts)
    outcome = await tool.act(asked(tool, queue="orders"), context())
    assert not outcome.ok
    assert await tool.look(context()) == outcome


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"program": "ls"}, "program"),
        ({"arguments": ["--name={text}"], "parameters": {"text": {}}}, "a gap is a whole argument"),
        ({"arguments": ["{text}"]}, "no parameter text"),
        ({"effect": "write", "tier": "execute"}, "needs an undo"),
        ({"sha256": "abc"}, "sha256"),
        ({"environment": {"A=B": "c"}}, "environment"),
        ({"shell": True}, "shell"),
    ],
)
def test_a_command_that_is_not_safe_is_no_setting(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        command("/bin/ls", **changes)


def descriptors() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


async def test_nothing_is_left_open(tmp_path: Path) -> None:
    made = command(program(tmp_path), arguments=["a"])
    await said(made)
    before = descriptors()
    for _ in range(3):
        await said(made)
    assert descriptors() <= before
