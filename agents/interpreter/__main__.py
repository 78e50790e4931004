"""`python -m agents.interpreter`: compute the vectors of all phrasings anew, after phrasings were changed."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from agents.interpreter.learning import texts
from agents.interpreter.vectors import FILE, write
from memory.embedding import MiniLmEmbedder
from tools import capabilities
from tools.contract import Capability


def known() -> Iterator[Capability]:
    """Yield every capability there is, those of systems that few houses have as well."""
    for module in iter_modules(capabilities.__path__):
        yield from getattr(import_module(f"{capabilities.__name__}.{module.name}"), "EVERY", ())


if __name__ == "__main__":
    phrasings = texts(known())
    write(phrasings, MiniLmEmbedder.from_packages())
    print(f"{len(set(phrasings))} vectors in {FILE.name}")  # noqa: T201 - it is told to whoever ran it
