"""Alerts from several sources, told once, in words that let no text from outside through."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.alerts import Alert, AlertLabels, AlertState, Seen
from tools.alerts.listing import merged

NOW = datetime(2026, 11, 20, 3, 2, tzinfo=UTC)


def alert(labels: Mapping[str, str], state: AlertState = AlertState.FIRING, source: str = "a") -> Alert:
    return AlertLabels().alert(source, state, labels, {}, NOW, "")


def seen(*alerts: Alert) -> Seen:
    return Seen(source="a", knows=frozenset(), query="", link="", alerts=alerts)


HIGH = {"alertname": "High", "service": "checkout", "severity": "critical"}


def test_an_alert_that_an_earlier_source_knows_under_more_labels_is_told_once() -> None:
    silenced = alert(HIGH | {"cluster": "eu"}, AlertState.SILENCED)
    assert merged([seen(silenced), seen(alert(HIGH, source="b"))]) == [silenced]


def test_alerts_of_one_source_are_never_merged() -> None:
    both = alert(HIGH), alert(HIGH | {"instance": "1"})
    assert merged([seen(*both)]) == list(both)


def test_alerts_that_differ_in_a_label_are_two() -> None:
    one, two = alert(HIGH | {"instance": "1"}), alert(HIGH | {"instance": "2"}, source="b")
    assert merged([seen(one), seen(two)]) == [one, two]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (AlertState.FIRING, "High fires for checkout since 03:02 UTC, critical."),
        (AlertState.PENDING, "High is pending for checkout since 03:02 UTC, critical."),
        (AlertState.SILENCED, "High is silenced for checkout; it fires since 03:02 UTC, critical."),
        (
            AlertState.INHIBITED,
            "High is inhibited for checkout by another alert; it fires since 03:02 UTC, critical.",
        ),
    ],
)
def test_each_state_has_its_sentence(state: AlertState, sentence: str) -> None:
    assert alert(HIGH, state).sentence(NOW) == sentence


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_no_sentence_of_an_alert_holds_a_space_from_outside(name: str, service: str, severity: str) -> None:
    said = alert({"alertname": f"{name} x", "service": f"{service} x", "severity": f"{severity} x"})
    assert said.sentence(NOW) == (
        "An alert whose name is no plain name fires for a service whose name is no plain name since 03:02 UTC."
    )
    reading = said.reading()
    assert (reading.name, reading.service, reading.severity) == ("", "", "")
