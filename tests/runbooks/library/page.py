"""docs/runbook-library.md, made from the runbooks: `python -m tests.runbooks.library.page` writes it anew."""

from collections.abc import Iterator
from importlib.resources import files

from memory.model.plan import Effect
from runbooks.format import Runbook
from tests.house.places import ROOT
from tests.runbooks.library.shelf import EVERY, KNOWN

PAGE = ROOT / "docs" / "runbook-library.md"
REAL = frozenset({"roll-back-release", "restart-service", "scale-service", "switch-flag-off", "high-error-rate"})
"""Those that `tests/stories` carries out on the real demo estate as well."""

INTRODUCTION = """# The library of runbooks

These come with Quarterdeck. Each is a file in `runbooks/library/` that people can follow by hand; say "show me
the runbook for a full disk", or `quarterdeck runbook show disk-full`. Which of them a house offers depends on its
tools: `quarterdeck runbook list` also says which need something that is not configured, and what.

Each is carried out end to end by a test, through the runner, the gate and the approvals, on a target that counts
what is done to it: once where it helps, taken back where it does not.
"""
HEAD = "| runbook | what for | acts with | tier | taken back by | tested on |\n|---|---|---|---|---|---|"
AFTER = """## What they need

Signals of services come from Prometheus as it is configured ([settings](settings.md)). A canary, a colour and a
region are environments of a service in the catalogue, so that each is measured by itself. `node.…` needs
[Kubernetes](kubernetes.md), `flag.rollout` [flagd or Unleash](flags.md). What is measured by a query of its own
says in its text whose metrics those are.

Traffic, queues, the edge, quotas, certificates and disks are different at every site. The runbooks call them by
name, and the settings say what is behind it: an [HTTP request](http-and-sql.md), a [command](commands.md), a
database. Names and parameters stay, the rest becomes yours. What cannot be taken back is marked `destructive`, and
needs the approvals of two people under the policy that is shipped. This is `runbooks/library/settings.toml`:

```toml
{settings}```

## Change one

Copy the file into a folder of `runbook_dirs`, raise its version, change it, and let
`quarterdeck runbook lint --strict` see it. The newest version is the one that is meant; the shipped one stays as
`id@1`.
"""


def page() -> str:
    """Return the page."""
    settings = files("runbooks").joinpath("library", "settings.toml").read_text("utf-8")
    rows = "\n".join(_row(runbook) for runbook in EVERY)
    return f"{INTRODUCTION}\n{HEAD}\n{rows}\n\n{AFTER.format(settings=settings)}"


def _row(runbook: Runbook) -> str:
    acts = [each for each in runbook.actions if _effect(each.tool) is not Effect.READ]
    tools = dict.fromkeys(f"`{each.tool}`" for each in (acts or runbook.actions))
    cells = (
        f"[{runbook.head.id}](../runbooks/{runbook.file})",
        runbook.head.title,
        ", ".join(tools) if acts else f"only looks: {', '.join(tools)}",
        runbook.head.tier.value,
        ", ".join(dict.fromkeys(_undo(runbook))) or "nothing to take back",
        ", ".join(dict.fromkeys(_tested(runbook))),
    )
    return f"| {' | '.join(cells)} |"


def _undo(runbook: Runbook) -> Iterator[str]:
    for action in runbook.actions:
        if _effect(action.tool) is Effect.DESTRUCTIVE:
            yield "nothing: destructive"
        elif action.tool == "service.restart":
            yield "nothing: a restart has no way back"
        elif action.undo == "automatic":
            yield "the tool's own undo"
        elif action.undo is not None and not isinstance(action.undo, str):
            yield f"`{action.undo.tool}`"


def _tested(runbook: Runbook) -> Iterator[str]:
    areas = {action.tool.partition(".")[0] for action in runbook.actions}
    if "node" in areas:
        yield "a Kubernetes that behaves"
        return
    if "sql" in areas:
        yield "a real PostgreSQL"
        return
    if "http" in areas:
        yield "its targets over real HTTP"
    elif "command" in areas:
        yield "a real program"
    elif any(action.tool == "flag.rollout" for action in runbook.actions):
        yield "an Unleash that behaves"
    else:
        yield "a shop in memory"
    if runbook.head.id in REAL:
        yield "the real demo estate"


def _effect(tool: str) -> Effect:
    return next(each.effect for each in KNOWN if each.name == tool)


if __name__ == "__main__":
    PAGE.write_text(page())
