"""A Terraform project as the settings name it: Terraform is run in the folders on this list alone. Pure."""

import re
from pathlib import PurePath

from pydantic import Field, SecretStr, field_validator

from memory.model.value import Identifier, Value

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Project(Value):
    """A folder with a configuration that `terraform init` was run in.

    `environment` is what its process finds there and nothing else: credentials, `TF_VAR_…`. Its values are secret.
    """

    name: Identifier
    folder: str
    workspace: str = Field(default="default", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,89}$")
    environment: dict[str, SecretStr] = Field(default_factory=dict)

    @field_validator("folder")
    @classmethod
    def _absolute(cls, given: str) -> str:
        if not PurePath(given).is_absolute() or ".." in PurePath(given).parts:
            raise ValueError("a project's folder is an absolute path without two dots")
        return given

    @field_validator("environment")
    @classmethod
    def _harmless(cls, given: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name in given:
            if not _VARIABLE.fullmatch(name) or name.startswith(("LD_", "TF_CLI_ARGS", "TF_LOG", "TF_PLUGIN")):
                raise ValueError(f"a project's environment has no variable {name[:40]}")
        return given

    def secrets(self) -> tuple[str, ...]:
        """Return the values of its environment, which no message repeats."""
        return tuple(value.get_secret_value() for value in self.environment.values())
