"""Drafts as people see them before they say yes: the files that change, and the diff itself. Pure."""

from memory.canonical import digest
from memory.model.evidence import Evidence
from memory.model.run import Change
from memory.model.value import JsonValue
from tools.contract import CallContext
from tools.hands import evidence_id
from tools.refs import OURS
from tools.repositories.port import Draft, FileChange
from tools.wording import many, named

SOURCE = "git"
LONGEST_DIFF = 20_000
_SHOWN = 10  # characters of a commit or a blob


def branch_for(verb: str, subject: str, context: CallContext, arguments: JsonValue) -> str:
    """Return the name of a new branch: the same for a call and its dry run in one turn, and for no other call."""
    mark = digest([context.tenant, context.correlation, arguments])[:10]
    return f"{OURS}{verb}-{subject}-{mark}"


def changes(draft: Draft) -> tuple[Change, ...]:
    """Return each file with git's names of its contents, which say exactly what would be there."""
    return tuple(
        Change(
            field=named(each.path, "a file without a plain name"), before=_blob(each.before), after=_after(each)
        )
        for each in draft.files
    )


def summary(draft: Draft) -> str:
    """Return how much changes: `2 files, +3 -1 lines`."""
    added, removed = (sum(getattr(each, name) for each in draft.files) for name in ("added", "removed"))
    return f"{many(len(draft.files), 'file')}, +{added} -{removed} lines"


def diff_evidence(draft: Draft, context: CallContext) -> Evidence:
    """Return the unified diff as evidence; every line of it is text from outside."""
    return Evidence(
        id=evidence_id(context, draft.repository, draft.onto, draft.tree),
        source=SOURCE,
        query=f"diff {draft.repository} {draft.onto[:_SHOWN]} {draft.tree[:_SHOWN]}",
        summary=f"The change to {draft.repository}: {summary(draft)}.",
        observed_at=context.now,
        value={"onto": draft.onto, "tree": draft.tree},
        text=draft.diff[:LONGEST_DIFF],
    )


def cut(draft: Draft) -> tuple[str, ...]:
    """Return the warning that the diff is longer than what is shown, if it is."""
    hidden = draft.diff[LONGEST_DIFF:].count("\n")
    return (f"The diff is longer than what is shown here, by {many(hidden, 'line')}.",) if hidden else ()


def _blob(name: str) -> str:
    return f"blob {name[:_SHOWN]}" if name else "no file"


def _after(each: FileChange) -> str:
    return f"{_blob(each.after)} (+{each.added} -{each.removed})"
