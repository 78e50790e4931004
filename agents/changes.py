"""Changes in words: what was done, as a noun for a sentence and as a label for a chart. Pure."""

from agents.remedies import is_version
from agents.units import length
from memory.model.window import NAMED, parse_duration
from tools.readings import ChangeKind, ChangeReading
from tools.wording import named


def happening(change: ChangeReading, subject: str = "") -> str:
    """Return the change as a noun: `release 1.4.2`; with its service unless that is `subject`."""
    of = f" of {named(change.service, 'another service')}" if change.service and change.service != subject else ""
    version = change.after if is_version(change.after) else ""
    match change.kind:
        case ChangeKind.DEPLOY:
            return f"release {version}{of}" if version else f"a release{of}"
        case ChangeKind.ROLLBACK:
            return f"the rollback{of} to {version or 'an earlier version'}"
        case ChangeKind.FLAG:
            return f"switching {named(change.flag, 'a flag')} {'on' if _is_on(change) else 'off'}"
        case ChangeKind.SCALE:
            return f"scaling{of} to {change.after if change.after.isdecimal() else 'another number of'} replicas"
        case ChangeKind.RESTART:
            return f"the restart{of}"


def label(change: ChangeReading) -> str:
    """Return the change as a few words for a chart."""
    version = change.after if is_version(change.after) else ""
    match change.kind:
        case ChangeKind.DEPLOY:
            return f"{version} released" if version else "a release"
        case ChangeKind.ROLLBACK:
            return f"back to {version}" if version else "rolled back"
        case ChangeKind.FLAG:
            return f"{named(change.flag, 'a flag')} {'on' if _is_on(change) else 'off'}"
        case ChangeKind.SCALE:
            return "scaled"
        case ChangeKind.RESTART:
            return "restarted"


def _is_on(change: ChangeReading) -> bool:
    return change.after.lower() in {"on", "true"}


def period(window: str) -> str:
    """Return a window as a noun: `the last hour`, `the last two hours`, `yesterday`, `that time`."""
    if window in NAMED:
        return window.replace("_", " ")
    if "/" in window:
        return "that time"
    return f"the last {length(parse_duration(window)).removeprefix('one ')}"
