"""The library as a house has it that configured everything: runbooks, the tools they call, and the examples."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from memory.model.catalogue import Catalogue
from memory.model.intent import Argument, Provenance
from memory.model.value import JsonValue
from runbooks.catalogue import catalogue, packaged
from runbooks.format import Compiled, bound, compiled
from tools import capabilities
from tools.capabilities import commands, kubernetes, rollouts, sql, web
from tools.declared.command import Command
from tools.declared.endpoint import Endpoint
from tools.declared.source import Source

EXAMPLES: dict[str, Any] = tomllib.loads(files("runbooks").joinpath("library", "settings.toml").read_text("utf-8"))
"""The settings that stand beside the runbooks, to be copied."""

ENDPOINTS = {each["name"]: Endpoint.model_validate(each) for each in EXAMPLES["http_endpoints"]}
COMMANDS = {each["name"]: Command.model_validate(each) for each in EXAMPLES["commands"]}
SOURCES = {each["name"]: Source.model_validate(each) for each in EXAMPLES["sql_sources"]}

KNOWN = (
    *capabilities.EVERY,
    *kubernetes.EVERY,
    *rollouts.EVERY,
    *map(web.capability, ENDPOINTS.values()),
    *map(commands.capability, COMMANDS.values()),
    *map(sql.capability, SOURCES.values()),
)
LIBRARY = catalogue(packaged(), KNOWN)
EVERY = LIBRARY.newest()


def made(runbook: str, inputs: Mapping[str, JsonValue], services: Catalogue) -> Compiled:
    """Return what a runbook looks at and proposes for what a person said."""
    found = LIBRARY.find(runbook)
    given = {name: Argument(value=value, provenance=Provenance.SAID) for name, value in inputs.items()}
    tools = {each.name: each for each in KNOWN}
    return compiled(found, bound(found.head.inputs, given, services), services, tools)
