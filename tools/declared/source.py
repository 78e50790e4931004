"""A database that may be read, and how much of it. Pure."""

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from memory.model.plan import Tier
from memory.model.value import Value
from tools.declared.hand import Name, Words

ColumnName = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f.]+$", max_length=120)]
Dialect = Literal["sqlite", "postgres"]

_SQLITE, _POSTGRES = "sqlite:///", ("postgresql://", "postgres://")


class Source(Value):
    """One database. `url` is `sqlite:///PATH` or `postgresql://…`, of a role that can do nothing but read.

    `masked` are columns whose values are never shown; `functions` are those allowed beyond the harmless ones.
    """

    name: Name
    title: Words
    url: SecretStr
    tier: Tier = Tier.OBSERVE
    rows: int = Field(default=200, ge=1, le=10_000)
    max_bytes: int = Field(default=200_000, ge=100, le=10_000_000)
    timeout_s: float = Field(default=5.0, gt=0, le=300)
    masked: tuple[ColumnName, ...] = ()
    functions: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        url = self.url.get_secret_value()
        if not url.startswith((_SQLITE, *_POSTGRES)):
            raise ValueError(f"{self.name} needs the URL of a database: {_SQLITE}PATH or {_POSTGRES[0]}…")
        return self

    @property
    def dialect(self) -> Dialect:
        """Which SQL it speaks."""
        return "sqlite" if self.url.get_secret_value().startswith(_SQLITE) else "postgres"

    def path(self) -> str:
        """Return the file of an SQLite database."""
        return self.url.get_secret_value().removeprefix(_SQLITE)
