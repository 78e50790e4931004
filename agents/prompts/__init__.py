"""What models are told, one file each: our own words, with a version and a digest that stand in the log."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from memory.model.value import Digest, Identifier, Value

# A prompt's version goes up with every change to its file; tests/agents/test_prompts.py pins both.
VERSIONS = {"interpret": 1, "repair": 1, "summarise": 1, "investigate": 1, "try": 1, "schema": 1}


class Prompt(Value):
    """Which prompt: its file's name, its version, and the SHA-256 of the file's bytes."""

    id: Identifier
    version: int
    sha256: Digest


@cache
def body(name: str) -> str:
    """Return what a prompt says, with its places still open."""
    return files("agents.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")


@cache
def prompt(name: str) -> Prompt:
    """Return which prompt stands in the file of that name; raises `KeyError` for one without a version."""
    return Prompt(id=name, version=VERSIONS[name], sha256=sha256(body(name).encode()).hexdigest())
