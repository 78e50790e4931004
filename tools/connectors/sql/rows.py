"""What a query brought, no more than may be shown. Every value is the database's own word, and untrusted. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from memory.model.value import JsonValue

LONGEST_VALUE = 2000


@dataclass
class Rows:
    """Rows as they come, up to a number of them and of bytes; `cut` says that there were more."""

    columns: list[str]
    most: int
    max_bytes: int
    rows: list[list[JsonValue]] = field(default_factory=list)
    cut: bool = False
    _bytes: int = 0

    def add(self, row: Sequence[object]) -> bool:
        """Take a row; return whether there is room for another."""
        told = [plain(value) for value in row]
        self._bytes += sum(len(str(value)) for value in told)
        if len(self.rows) >= self.most or self._bytes > self.max_bytes:
            self.cut = True
            return False
        self.rows.append(told)
        return True

    def hide(self, which: list[bool], instead: str) -> None:
        """Put `instead` in the place of every value of these columns that is there."""
        self.rows = [
            [instead if hide and value is not None else value for value, hide in zip(row, which, strict=True)]
            for row in self.rows
        ]

    def number(self) -> float | None:
        """Return the one number that the query asked for, None where it brought anything else."""
        if len(self.rows) != 1 or len(self.rows[0]) != 1:
            return None
        (value,) = self.rows[0]
        return float(value) if isinstance(value, int | float) else None

    def text(self) -> str:
        """Return the rows as lines, values with bars between them."""
        lines = [self.columns, *([("" if value is None else str(value)) for value in row] for row in self.rows)]
        return "\n".join(" | ".join(line) for line in lines)


def plain(value: object) -> JsonValue:
    """Return a value as JSON has it: numbers and texts as they are, anything else as its text."""
    if value is None or isinstance(value, bool | int):
        return value if value is None or isinstance(value, bool) or abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # JSON has no infinity
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value)} bytes"
    return str(value)[:LONGEST_VALUE]
