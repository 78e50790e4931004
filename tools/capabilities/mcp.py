"""Tools of MCP servers, each a capability `mcp.SERVER.TOOL`: as pinned, on the terms that the settings give it.

A tool without terms or without a pin is no capability: nobody may call what nobody agreed to. Pure.
"""

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from memory.model.value import JsonValue
from tools.capabilities.phrasings.declared import asked
from tools.contract import Capability
from tools.declared.json_schema import Unsupported, arguments_of
from tools.declared.pins import Pin, Pins
from tools.declared.server import Server, ToolTerms
from tools.declared.templates import KEY, gaps

AREA = "mcp"
_PATTERNS = {"pattern", "patternProperties", "$ref", "$dynamicRef"}


def tool_name(server: str, tool: str) -> str:
    """Return the name under which a server's tool is known."""
    return f"{AREA}.{server}.{tool}"


def imported(servers: Iterable[Server], pins: Pins) -> tuple[dict[str, Capability], dict[str, str]]:
    """Return the capabilities by name, and why each other tool that the settings name is none."""
    capabilities: dict[str, Capability] = {}
    refused: dict[str, str] = {}
    for server in servers:
        for tool, terms in server.tools.items():
            name = tool_name(server.name, tool)
            pin = pins.find(server.name, tool)
            if pin is None:
                refused[name] = "nobody has agreed to it yet"
                continue
            try:
                capabilities[name] = capability(server, tool, terms, pin)
            except (Unsupported, ValidationError) as error:
                refused[name] = str(error).partition("\n")[0]
    return capabilities, refused


def capability(server: Server, tool: str, terms: ToolTerms, pin: Pin) -> Capability:
    """Return what a pinned tool can do; raises `Unsupported` for one whose arguments cannot be checked whole."""
    if not pin.sound():
        raise Unsupported("its pin was altered by hand")
    if _holds(pin.tool.output_schema or {}, _PATTERNS):
        raise Unsupported("its results are described by patterns or references, which are not checked here")
    arguments = arguments_of("Imported", pin.tool.input_schema, without=terms.key_argument)
    fields = arguments.model_fields
    _check_terms(terms, frozenset(fields), pin)
    title = terms.title or f"{server.title}: {tool}"
    return Capability(
        name=tool_name(server.name, tool),
        title=title,
        summary=f"{title}, a tool of the MCP server {server.name}.",
        says=f"{title}{''.join(f', {name} {{{name}}}' for name in fields)}",
        effect=terms.effect,
        tier=terms.tier,
        arguments=arguments,
        examples=(*terms.examples, *asked(title)),
    )


def _check_terms(terms: ToolTerms, fields: frozenset[str], pin: Pin) -> None:
    properties = pin.tool.input_schema.get("properties", {})
    taken = properties.get(terms.key_argument) if isinstance(properties, dict) and terms.key_argument else None
    if terms.key_argument and not (isinstance(taken, dict) and taken.get("type") == "string"):
        raise Unsupported(f"it has no argument {terms.key_argument} that takes a text, for the key")
    templates = [each.arguments for each in (terms.undo, *terms.checks) if each is not None]
    templates += [terms.look.arguments] if terms.look else []
    unknown = frozenset(name for each in templates for name in gaps(dict(each))) - fields - {KEY}
    if unknown:
        raise Unsupported(f"it has no argument {', '.join(sorted(unknown))}")


def _holds(schema: JsonValue, words: set[str]) -> bool:
    """Return whether a schema uses any of these words, at any depth."""
    if isinstance(schema, Mapping):
        return bool(words & set(schema)) or any(_holds(each, words) for each in schema.values())
    return isinstance(schema, list) and any(_holds(each, words) for each in schema)
