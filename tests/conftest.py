"""What holds for every test: in CI, a server that is not installed is a failure and no excuse."""

import os
from collections.abc import Generator

import pytest

EXCUSE = "is not installed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip for want of a program into a failure when CI is set."""
    report = yield
    if os.environ.get("CI") and report.skipped and EXCUSE in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where everything is to be installed: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a whole module."""
    report = yield
    if os.environ.get("CI") and report.skipped and EXCUSE in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where everything is to be installed: {report.longrepr}"
    return report
