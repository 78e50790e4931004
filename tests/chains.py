"""A plugin that traces every action of every test to its beginning, and fails the test where a link is missing.

It looks at each store as it is closed. A test that writes single entries by hand says so, and why, with
`@pytest.mark.unchained("…")`.
"""

from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

from memory.errors import QuarterdeckError
from memory.model.record import LogFilter
from memory.store import Store
from memory.trace import Chain, causal_graph, chains
from memory.trace.chain import ACTIONS

MARK = "unchained"
MOST = 100_000  # actions in the log of one test

_COUNTS = "chains"


class Chains:
    """Counts actions, those whose chain is complete, and those of tests that are exempt."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._item: pytest.Item | None = None
        self._patch = pytest.MonkeyPatch()

    def pytest_configure(self) -> None:
        """Look at stores from now on."""
        close = Store.close

        async def checked(store: Store) -> None:
            try:
                found = await _chains(store)
            finally:
                await close(store)
            self._count(found)

        self._patch.setattr(Store, "close", checked)

    def pytest_unconfigure(self) -> None:
        """Leave stores alone again."""
        self._patch.undo()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Know which test it is that closes a store."""
        self._item = item
        return (yield)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell the process that gathers what was counted."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_COUNTS] = dict(self.counts)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Gather what one of several processes counted."""
        self.counts.update(getattr(node, "workeroutput", {}).get(_COUNTS, {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many actions were traced."""
        if self.counts:
            told = ", ".join(f"{name} {self.counts[name]}" for name in ("actions", "complete chains", "exempt"))
            terminalreporter.write_line(f"causality: {told}")

    def _count(self, found: tuple[Chain, ...]) -> None:
        exempt = self._item.get_closest_marker(MARK) if self._item else None
        if exempt is not None:
            assert exempt.args, f"expected the reason why a test is {MARK}, found none"
            self.counts["exempt"] += len(found)
            return
        broken = [chain for chain in found if not chain.complete]
        self.counts["actions"] += len(found)
        self.counts["complete chains"] += len(found) - len(broken)
        assert not broken, "\n".join(f"{chain.action} lacks {', '.join(chain.missing)}" for chain in broken)


async def _chains(store: Store) -> tuple[Chain, ...]:
    """Return the chain of every action in a store. A log that cannot be read is another test's matter."""
    try:
        found: list[Chain] = []
        for tenant in await store.ledger.tenants():
            acted = await store.ledger.matching(tenant, LogFilter(kinds=tuple(ACTIONS)), 0, MOST)
            for correlation in dict.fromkeys(each.entry.correlation for each in acted):
                found += chains(causal_graph(await store.ledger.trace(tenant, correlation)))
    except QuarterdeckError:
        return ()
    return tuple(found)
