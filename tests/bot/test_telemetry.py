"""Logs and metrics tell operators what they need, and nobody a secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.telemetry import REDACTED, Metrics, begin_request, configure_logging, redact, request_id


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("info", stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_our_lines_and_the_libraries_lines_are_json_with_the_same_fields(written: io.StringIO) -> None:
    structlog.get_logger("bot.test").info("ours", run="run_1")
    logging.getLogger("some.library").warning("theirs %s", 7)
    ours, theirs = lines(written)
    assert (ours["event"], ours["run"], ours["level"], ours["logger"]) == ("ours", "run_1", "info", "bot.test")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("theirs 7", "warning", "some.library")
    assert str(ours["timestamp"]).endswith("Z")


def test_every_line_of_a_request_carries_its_id(written: io.StringIO) -> None:
    begin_request("req_1")
    structlog.get_logger().info("ours")
    logging.getLogger("some.library").warning("theirs")
    assert [line["request"] for line in lines(written)] == ["req_1", "req_1"]
    assert request_id() == "req_1"


def test_one_request_inherits_nothing_of_the_one_before(written: io.StringIO) -> None:
    begin_request("req_1")
    structlog.contextvars.bind_contextvars(correlation="cor_1")
    begin_request("req_2")
    structlog.get_logger().info("ours")
    (line,) = lines(written)
    assert (line["request"], "correlation" in line) == ("req_2", False)


def test_a_traceback_is_one_line_without_the_secrets_in_it(written: io.StringIO) -> None:
    error = RuntimeError("refused with qd_abcdefgh12345678")
    structlog.get_logger().error("failed", exc_info=error)
    (line,) = lines(written)
    assert "RuntimeError" in str(line["exception"])
    assert "qd_abcdefgh" not in written.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        {"api_key": "abc"},
        {"Authorization": "abc"},
        {"session_cookie": "abc"},
        {"nested": {"password": "abc"}},
        {"listed": [{"token": "abc"}]},
    ],
)
def test_what_is_named_like_a_secret_is_redacted(line: dict[str, object]) -> None:
    shown = json.dumps(redact(None, "", line))
    assert REDACTED in shown
    assert "abc" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "key qd_0123456789abcdef was used",
        "Vault said no to hvs.CAESIJ0123456789abcdef",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw0123456789abcdef\n-----END PRIVATE KEY-----\n",
        "Authorization: Bearer abcdefghijkl",
        "http://user:hunter22@prometheus:9090/",
        "GET /console/sign-in?code=eyJpZCI6Imludl8x.abc",
        "sk-proj-0123456789",
    ],
)
def test_what_looks_like_a_secret_is_redacted(text: str) -> None:
    shown = redact(None, "", {"event": text, "more": (text,)})
    assert all(REDACTED in str(part) for part in shown.values())
    for secret in ("0123456789", "abcdefghijkl", "hunter22", "eyJpZCI"):
        assert secret not in json.dumps(shown)


def test_what_is_no_secret_stays_as_it_is() -> None:
    line = {"event": "request", "ms": 1.5, "ok": True, "run": "run_1", "missing": None}
    assert redact(None, "", line) == line


def test_what_happened_is_counted() -> None:
    metrics = Metrics()
    metrics.turn("console", "answer", 0.02)
    metrics.decision("deny")
    metrics.approval("approve", "accepted")
    metrics.run_ended("succeeded")
    metrics.connector_error("prometheus", "connector.unreachable")
    metrics.model_fallback("timeout")
    metrics.sign_in("key", "auth.failed")
    with metrics.stream("rest"):
        text = metrics.text().decode()
    for line in (
        'quarterdeck_turn_seconds_count{kind="answer",surface="console"} 1.0',
        'quarterdeck_decisions_total{decision="deny"} 1.0',
        'quarterdeck_approvals_total{result="accepted",verdict="approve"} 1.0',
        'quarterdeck_runs_ended_total{status="succeeded"} 1.0',
        'quarterdeck_connector_errors_total{code="connector.unreachable",connector="prometheus"} 1.0',
        'quarterdeck_model_fallbacks_total{reason="timeout"} 1.0',
        'quarterdeck_sign_ins_total{how="key",result="auth.failed"} 1.0',
        'quarterdeck_streams{surface="rest"} 1.0',
    ):
        assert line in text
    assert 'quarterdeck_streams{surface="rest"} 0.0' in metrics.text().decode()


def test_two_processes_in_one_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.decision("allow")
    assert "quarterdeck_decisions_total{" not in second.text().decode()
