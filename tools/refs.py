"""What may name a branch, a commit and a file of a repository: stricter than git, and never an option. Pure.

Branch names are a part of what git-check-ref-format(1) allows.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from memory.model.value import Identifier
from tools.contract import Slot

OURS = "quarterdeck/"  # what every branch that Quarterdeck makes begins with
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*")


def branch_name(text: str) -> str:
    """Return the text if it names a branch; raises `ValueError`."""
    parts = text.split("/")
    if not all(_PART.fullmatch(part) and not part.endswith((".", ".lock")) for part in parts) or ".." in text:
        raise ValueError("a branch name such as main or quarterdeck/revert-1a2b3c4")
    if text in {"HEAD", "FETCH_HEAD"} or parts[0] == "refs":
        raise ValueError("a branch's own name, without refs/")
    return text


def file_path(text: str) -> str:
    """Return the text if it is a path inside a repository; raises `ValueError`."""
    parts = text.split("/")
    if any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts) or text.startswith("-"):
        raise ValueError("a path below the repository's top, such as config/limits.yaml")
    if not text.isprintable() or "\\" in text:
        raise ValueError("a path of printable characters, with slashes")
    return text


RepositoryName = Annotated[Identifier, Slot.IDENTIFIER]
BranchName = Annotated[str, Field(max_length=120), AfterValidator(branch_name), Slot.IDENTIFIER]
CommitName = Annotated[str, Field(pattern=r"^[0-9a-f]{7,64}$"), Slot.IDENTIFIER]
FilePath = Annotated[str, Field(max_length=300), AfterValidator(file_path), Slot.TEXT]
