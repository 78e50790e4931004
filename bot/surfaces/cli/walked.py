"""The demo in the terminal: the way in, and the report of its walk in the order things happened."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from bot.surfaces.cli.host import DemoReady
from bot.surfaces.cli.plain import plain


def demo_parts(ready: DemoReady) -> Iterator[RenderableType]:
    """Yield what to open and what to say once the demo stands."""
    yield Text("\nThe shop is open, and something is wrong with it.\n", style="bold")
    for person, link in ready.links.items():
        yield Text.assemble((f"  {person.capitalize():<7}", "bold cyan"), link, no_wrap=True)
    yield Text.assemble("\n  Open the first link and ask ", ("What is wrong with checkout?", "bold"))
    yield Text.assemble("  then say ", ("roll it back", "bold"), ", and approve it as the other person.")
    yield Text.assemble("  Or in another terminal: ", ('quarterdeck ask "what is wrong with checkout?"', "bold"))
    yield Text("\nCtrl-C ends it and leaves nothing behind.", style="dim")


def report_parts(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Yield the lines of a `bot.demo.walk.WalkReport` in its JSON form."""
    plan = report["plan"]
    approvers = ", ".join(each["by"] for each in report["approvals"])
    found = "; ".join(each["found"] for each in report["verification"])
    declared = report.get("incident")
    lines = [
        ("Declared", f"incident {declared['number']}, SEV{declared['severity']}: {declared['title']}")
        if declared
        else ("Declared", "nothing"),
        ("Asked", report["question"]),
        ("Answered", f"{report['answer']} ({len(report['evidence'])} pieces of evidence)"),
        ("Proposed", f"{'; '.join(plan['steps'])}, digest {plan['digest'][:12]}…"),
        ("Refused", f"{plan['requester']}'s own approval: {plan['own_approval'] or 'it was not!'}"),
        ("Approved", f"by {approvers}"),
        ("Carried out", f"{report['outcome']['status']}: {report['outcome']['summary']}"),
        ("Verified", found or "nothing"),
        (
            "Recorded",
            f"{sum(report['record']['entries'].values())} entries under {report['record']['correlation']}",
        ),
    ]
    for name, value in lines:
        yield Text.assemble((f"{name:<12}", "bold cyan"), plain(value))
    yield Text(
        "✔ all of it held" if report["ok"] else "✘ not all of it held",
        "bold green" if report["ok"] else "bold red",
    )
