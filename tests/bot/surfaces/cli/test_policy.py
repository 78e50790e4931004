"""Policies from the terminal: check, fmt, explain, hash and simulate, over folders of files."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.bot.surfaces.cli.conftest import Terminal
from tests.fakes.people import policy
from tests.tools.policy import test_past as past
from tools.policy.past import NO_PLAN

SHIPPED = Path(__file__).parents[4] / "tools" / "policy" / "library"
PAYMENTS = ("--arg", "service=payments", "--arg", "environment=production")
SCALE = {
    "principal": "alice",
    "tool": "service.scale",
    "arguments": {"service": "checkout", "environment": "production", "replicas": 45},
    "at": "2026-11-20T10:00:00Z",
}


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "policies"))


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    file = tmp_path / "requests.jsonl"
    file.write_text(json.dumps(SCALE) + "\n\n" + json.dumps({"principal": "bob", "approves": "alice"}) + "\n")
    return file


def edited(policies: Path, file: str, old: str, new: str) -> None:
    text = (policies / file).read_text()
    assert old in text
    (policies / file).write_text(text.replace(old, new))


def test_what_is_in_order_is_told_with_its_hash(quarterdeck: Terminal, policies: Path) -> None:
    ended = quarterdeck("policy", "check", str(policies))
    assert (ended.code, "✔ 19 policies in 5 files fit the schema" in ended.out) == (0, True)
    report = quarterdeck("policy", "check", str(policies), "--json").json
    assert (report["ok"], report["problems"], report["hash"]) == (True, [], policy().hash)


def test_a_check_that_finds_something_ends_with_one_and_names_file_and_line(
    quarterdeck: Terminal, policies: Path
) -> None:
    edited(policies, "bounds.cedar", "replicas > 50", "replicas > 40")
    ended = quarterdeck("policy", "check", str(policies))
    assert ended.code == 1
    assert "decisions.yaml:" in ended.out
    assert "expected needs 1, found deny by scale-within-bounds" in " ".join(ended.out.split())
    (policies / "extra.cedar").write_text("\npermit (principal;\n")
    broken = quarterdeck("policy", "check", str(policies), "--json")
    assert broken.code == 1
    assert broken.json["problems"][0]["place"] == f"{policies / 'extra.cedar'}:2"


def test_fmt_lays_out_what_is_not_and_with_check_only_tells(quarterdeck: Terminal, policies: Path) -> None:
    edited(policies, "roles.cedar", "permit (\n  principal in", "permit(principal in")
    crooked = (policies / "roles.cedar").read_text()
    told = quarterdeck("policy", "fmt", str(policies), "--check", "--json")
    assert (told.code, told.json["changed"]) == (1, [str(policies / "roles.cedar")])
    assert (policies / "roles.cedar").read_text() == crooked
    assert quarterdeck("policy", "fmt", str(policies)).code == 0
    assert (policies / "roles.cedar").read_text() == (SHIPPED / "roles.cedar").read_text()
    assert "Every file is laid out." in quarterdeck("policy", "fmt", str(policies), "--check").out


def test_a_decision_is_explained_with_the_policy_as_it_is_written(quarterdeck: Terminal) -> None:
    ended = quarterdeck("policy", "explain", "--who", "alice", "--tool", "service.restart", *PAYMENTS)
    assert "needs 2 approvals" in ended.out
    assert '@id("critical-production-needs-two")' in ended.out
    assert "shipped/approvals.cedar:" in ended.out


def test_a_denial_is_explained_with_what_would_help(quarterdeck: Terminal) -> None:
    words = ("--who", "vic", "--tool", "service.restart", *PAYMENTS)
    assert "Would help   the role operator: needs 2 approvals" in quarterdeck("policy", "explain", *words).out
    explained = quarterdeck("policy", "explain", *words, "--json").json
    assert explained["verdict"] == "deny"
    assert explained["decision"]["needed"]


def test_a_request_is_read_from_a_file_or_from_standard_input(quarterdeck: Terminal, tmp_path: Path) -> None:
    request = json.dumps({"principal": "alice", "approves": "alice"})
    (tmp_path / "request.json").write_text(request)
    from_file = quarterdeck("policy", "explain", str(tmp_path / "request.json"), "--json").json
    piped = quarterdeck("policy", "explain", "-", "--json", stdin=request).json
    assert from_file["verdict"] == piped["verdict"] == "deny"
    assert from_file["policies"][0]["name"] == "requester-is-not-approver"


def test_flags_become_typed_arguments_a_moment_and_provenance(quarterdeck: Terminal) -> None:
    words = (
        "policy",
        "explain",
        "--who",
        "alice",
        "--tool",
        "service.scale",
        "--arg",
        "service=checkout",
        "--json",
    )
    scaled = quarterdeck(*words, "--arg", "replicas=51", "--at", "2026-11-20T10:00:00").json
    assert scaled["request"]["arguments"]["replicas"] == 51
    assert scaled["request"]["at"] == "2026-11-20T10:00:00Z"
    assert scaled["decision"]["basis"]["policies"] == ["scale-within-bounds"]
    tainted = quarterdeck(*words, "--untrusted", "service").json
    assert tainted["decision"]["basis"]["policies"] == ["untrusted-text-never-acts"]


def test_the_hash_is_of_the_policies_the_schema_and_the_entities(quarterdeck: Terminal, policies: Path) -> None:
    assert quarterdeck("policy", "hash").out.strip() == policy().hash
    assert quarterdeck("policy", "hash", str(policies), "--json").json["hash"] == policy().hash
    edited(policies, "bounds.cedar", "replicas > 50", "replicas > 40")
    assert quarterdeck("policy", "hash", str(policies)).out.strip() != policy().hash


def test_a_simulation_lists_what_would_change_and_ends_with_one(
    quarterdeck: Terminal, policies: Path, requests: Path
) -> None:
    same = quarterdeck("policy", "simulate", str(policies), "--from", str(requests))
    assert (same.code, "2 requests decided twice" in same.out) == (0, True)
    edited(policies, "bounds.cedar", "replicas > 50", "replicas > 40")
    ended = quarterdeck("policy", "simulate", str(policies), "--from", str(requests))
    assert ended.code == 1
    assert "allow→deny" in ended.out
    assert "Who: alice (1)" in ended.out
    found = quarterdeck("policy", "simulate", str(policies), "--from", "-", "--json", stdin=json.dumps(SCALE)).json
    assert found["kinds"]["allow→deny"] == 1
    assert found["changes"][0]["policies_after"] == ["scale-within-bounds"]
    assert found["tools"] == {"service.scale": 1}
    back = quarterdeck(
        "policy", "simulate", str(SHIPPED), "--old", str(policies), "--from", str(requests), "--json"
    )
    assert back.json["kinds"]["deny→allow"] == 1


def packed(path: Path) -> Path:
    """Return an evidence pack of a decision that can be rebuilt, and of one whose plan was erased."""
    entries = past.told(
        ("p_olaf", past.planned()), ("quarterdeck", past.decided()), ("quarterdeck", past.decided("run_9"))
    )
    with zipfile.ZipFile(path, "w") as pack:
        for index, entry in entries.items():
            pack.writestr(f"entries/{index}.json", entry.model_dump_json())
        for address, content in past.KEPT.items():
            pack.writestr(f"blobs/{address}", content)
        pack.writestr("openings.json", json.dumps({"blobs": {}, "people": []}))
    return path


def test_simulate_reads_the_log_itself_and_evidence_packs_and_counts_what_is_missing(
    quarterdeck: Terminal, policies: Path, tmp_path: Path
) -> None:
    pack = str(packed(tmp_path / "evidence.zip"))
    found = quarterdeck("policy", "simulate", str(policies), "--from", pack, "--json").json
    assert (found["requests"], found["missing"]) == (1, {NO_PLAN: 1})
    assert NO_PLAN in quarterdeck("policy", "simulate", str(policies), "--from", pack).out
    empty = quarterdeck("policy", "simulate", str(policies), "--from", "log", "--json").json
    assert (empty["requests"], empty["missing"]) == (0, {})
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(broken, "w") as other:
        other.writestr("entries/x.json", "{}")
    refused = quarterdeck("policy", "simulate", str(policies), "--from", str(broken), "--json")
    assert "evidence pack" in refused.json["error"]["message"]


@pytest.mark.parametrize(
    ("words", "code", "exit_code", "found"),
    [
        (("explain",), "input.invalid", 2, "--who"),
        (("explain", "--who", "vic"), "input.invalid", 2, "either a tool or approves"),
        (("explain", "--who", "vic", "--tool", "x", "--arg", "y"), "input.invalid", 2, "NAME=VALUE"),
        (("explain", "nowhere.json"), "input.invalid", 2, "nowhere.json"),
        (("check", "nowhere"), "settings.invalid", 3, "nowhere"),
        (("hash", "."), "settings.invalid", 3, ".cedar"),
        (("simulate", str(SHIPPED), "--from", "-"), "input.invalid", 2, "-:1"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_says_which(
    quarterdeck: Terminal, words: tuple[str, ...], code: str, exit_code: int, found: str
) -> None:
    ended = quarterdeck("policy", *words, "--json", stdin="{}")
    assert (ended.code, ended.json["error"]["code"]) == (exit_code, code)
    assert found in ended.json["error"]["message"] + ended.json["error"]["hint"]


def test_policies_that_cannot_be_relied_on_decide_nothing(quarterdeck: Terminal, policies: Path) -> None:
    (policies / "extra.cedar").write_text("permit (principal, action, resource);")
    for words in (
        ("hash", str(policies)),
        ("explain", "--policies", str(policies), "--who", "a", "--approves", "b"),
    ):
        ended = quarterdeck("policy", *words, "--json")
        assert (ended.code, ended.json["error"]["code"]) == (7, "policy.invalid")


@pytest.mark.parametrize("command", ["check", "fmt", "explain", "hash", "simulate"])
def test_every_policy_command_explains_itself(quarterdeck: Terminal, command: str) -> None:
    ended = quarterdeck("policy", command, "--help")
    assert (ended.code, "Examples" in ended.out, "--json" in ended.out) == (0, True, True)
