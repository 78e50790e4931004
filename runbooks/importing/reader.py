"""Which kind of file it is, and what reads that kind. Pure: bytes in, a runbook and a report out."""

from memory.errors import InvalidEncoding, RunbookInvalid
from runbooks.importing.markdown import imported_markdown
from runbooks.importing.report import Imported
from runbooks.importing.ssm import imported_ssm, looks_like_ssm

LARGEST = 1_000_000  # bytes


def imported(data: bytes, file: str) -> Imported:
    """Return the runbook that a file of another kind makes.

    Raises `InvalidEncoding` or `RunbookInvalid` with file and line for one that is neither Markdown nor an SSM
    Automation document.
    """
    if len(data) > LARGEST:
        raise RunbookInvalid(f"{file}:1: expected at most {LARGEST} bytes, found {len(data)}")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidEncoding(f"{file}:{line}: expected text in UTF-8, found 0x{data[error.start]:02x}") from None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise RunbookInvalid(f"{file}:{line}: expected text, found a byte of zero")
    if not text.strip():
        raise RunbookInvalid(f"{file}:1: expected a runbook, found an empty file")
    if looks_like_ssm(text, file):
        return imported_ssm(text, file, data)
    return imported_markdown(text, file, data)
