"""What is wrong with a runbook file, and where: what was expected, what was found, how to mend it. Pure."""

from collections.abc import Iterable
from enum import StrEnum

from memory.model.value import Value


class Severity(StrEnum):
    """Whether a file with this finding may be used."""

    ERROR = "error"  # it may not
    WARNING = "warning"


class Mark(Value):
    """A place in a file; both numbers count from 1."""

    line: int = 1
    column: int = 1


class Finding(Value):
    """One thing that is wrong at one place of one file. `source` is the line itself, to be shown with a caret."""

    file: str
    line: int
    column: int
    code: str
    expected: str
    found: str
    mend: str = ""
    severity: Severity = Severity.ERROR
    source: str = ""

    def place(self) -> str:
        """Return `file:line:column`, as editors read it."""
        return f"{self.file}:{self.line}:{self.column}"

    def explained(self) -> str:
        """Return the finding in lines of text, the source line with a caret under the column among them."""
        lines = [
            f"{self.place()}: {self.severity.value} {self.code}: expected {self.expected}, found {self.found}"
        ]
        if self.source:
            indent = "".join("\t" if letter == "\t" else " " for letter in self.source[: self.column - 1])
            number = str(self.line)
            lines += [f"  {number} | {self.source}", f"  {' ' * len(number)} | {indent}^"]
        return "\n".join([*lines, f"  {self.mend}"] if self.mend else lines)


class Findings:
    """Gathers what is wrong with one file while it is read."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = text.splitlines()
        self._found: dict[tuple[int, int, str, str], Finding] = {}

    def add(
        self,
        mark: Mark,
        code: str,
        expected: str,
        found: str,
        mend: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note one thing; the same at the same place is noted once."""
        source = self._lines[mark.line - 1] if 0 < mark.line <= len(self._lines) else ""
        self._found.setdefault(
            (mark.line, mark.column, code, expected),
            Finding(
                file=self._file,
                line=mark.line,
                column=mark.column,
                code=code,
                expected=expected,
                found=found,
                mend=mend,
                severity=severity,
                source=source,
            ),
        )

    def all(self) -> tuple[Finding, ...]:
        """Return what was noted, from the top of the file to its end."""
        return tuple(self._found[key] for key in sorted(self._found))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with which a file may not be used."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def shown(value: object, longest: int = 80) -> str:
    """Return a value as a finding quotes it: on one line, and never long."""
    text = repr(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
