"""Any alert is a question: payloads as they come, plain JSON, text; and what is none is refused in words."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recall.alerts import each_of_file, of_alerts, of_file
from memory.errors import InvalidEncoding, InvalidInput
from memory.model.alert import Alert, AlertStatus, Link
from tests.fakes.time import MIDNIGHT

WEBHOOKS = Path(__file__).resolve().parents[4] / "shared" / "data" / "webhooks"


def asked(body: object) -> dict[str, object]:
    return of_file(json.dumps(body).encode()).model_dump(include={"names", "words", "labels", "services"})


def test_an_alertmanager_payload_is_asked_by_name_words_labels_and_the_page_it_names() -> None:
    alert = {
        "status": "firing",
        "labels": {
            "alertname": "KubeAPIDown",
            "severity": "critical",
            "namespace": "kube-system",
            "job": "apiserver",
        },
        "annotations": {
            "summary": "Target disappeared.",
            "runbook_url": "https://runbooks.example/runbooks/kubernetes/kubeapidown/",
        },
        "startsAt": "2026-11-20T03:00:00Z",
    }
    found = asked({"receiver": "qd", "status": "firing", "groupLabels": {}, "alerts": [alert]})
    assert found["names"] == ("KubeAPIDown", "kubeapidown")
    assert "Target disappeared." in str(found["words"])
    assert set(found["labels"]) >= {"kube-system", "apiserver"}  # type: ignore[call-overload]  # a tuple of texts
    assert "critical" not in str(found["labels"])


@pytest.mark.parametrize(
    ("body", "names", "words"),
    [
        (
            {"name": "DiskFull", "labels": {"app": "search"}, "annotations": {"summary": "full"}},
            ("DiskFull",),
            "full",
        ),
        ({"labels": {"alertname": "DiskFull"}, "annotations": {"description": "full"}}, ("DiskFull",), "full"),
        ({"alertname": "DiskFull", "summary": "a", "description": "b"}, ("DiskFull",), "a b"),
        ({"title": "Disk full", "message": "on search-1", "severity": "high"}, ("Disk full",), "on search-1"),
        ("disk full", (), "disk full"),
        ({"deep": {"er": ["no space left", 7, None]}}, (), "no space left"),
    ],
)
def test_plain_alerts_are_asked_as_they_stand(body: object, names: tuple[str, ...], words: str) -> None:
    found = asked(body)
    assert (found["names"], found["words"]) == (names, words)


def test_text_that_is_no_json_is_asked_as_words() -> None:
    assert of_file(b"checkout fails: 5xx\n").words == "checkout fails: 5xx\n"
    assert of_file("Die Festplatte ist voll".encode("utf-8-sig")).words == "Die Festplatte ist voll"


@pytest.mark.parametrize("data", [b"", b"   ", b"{}", b"[]", b"null", b'{"a": "https://only.a/link"}'])
def test_a_file_that_says_nothing_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="expected an alert with a name or some words, found neither"):
        of_file(data)


def test_bytes_that_are_no_text_and_files_that_are_too_large_are_refused() -> None:
    with pytest.raises(InvalidEncoding, match="found the byte 0xff"):
        of_file(b"abc\xff")
    with pytest.raises(InvalidInput, match="expected an alert of at most 1000000 bytes, found 1000001"):
        of_file(b"a" * 1_000_001)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_any_json_is_a_question_or_is_refused(body: object) -> None:
    try:
        found = of_file(json.dumps(body).encode())
    except InvalidInput:
        return
    assert found.said.strip()


@pytest.mark.skipif(not WEBHOOKS.is_dir(), reason="the public webhooks are not beside the repository")
def test_every_public_webhook_is_a_question() -> None:
    apart = {"LICENSES", "slack"}  # what Slack sends is no alert, and its values were blanked
    files = [file for file in sorted(WEBHOOKS.rglob("*.json")) if not apart & set(file.parts)]
    assert len(files) > 80
    for file in files:
        assert of_file(file.read_bytes()).said.strip(), file


def test_an_incident_is_asked_by_its_title_its_alerts_and_their_runbooks() -> None:
    alert = Alert(
        id="al_1",
        tenant="acme",
        source="alertmanager",
        fingerprint="0" * 64,
        name="DiskFull",
        status=AlertStatus.FIRING,
        severity=2,
        service="search",
        summary="92 %",
        started_at=MIDNIGHT,
        received_at=MIDNIGHT,
        labels={"instance": "search-1"},
        links=(Link(rel="runbook", href="https://wiki.example/disk-full.md"),),
    )
    found = of_alerts("search is slow", [alert], ["checkout"])
    assert found.names == ("DiskFull", "disk-full")
    assert found.words == "search is slow 92 %"
    assert (found.labels, found.services) == (("search-1",), ("checkout", "search"))


def test_each_alert_of_a_delivery_is_a_question_of_its_own() -> None:
    def alert(name: str) -> dict[str, object]:
        return {"status": "firing", "labels": {"alertname": name}, "startsAt": "2026-11-21T00:00:00Z"}

    def delivered(*names: str) -> bytes:
        return json.dumps({"version": "4", "groupKey": "g", "alerts": [alert(name) for name in names]}).encode()

    found = each_of_file(delivered("DiskFull", "CertExpiring", "DiskFull"))
    assert {name: query.names for name, query in found.items()} == {
        "DiskFull": ("DiskFull",),
        "CertExpiring": ("CertExpiring",),
    }
    assert each_of_file(delivered("DiskFull", "DiskFull")) == each_of_file(b"words") == {}
