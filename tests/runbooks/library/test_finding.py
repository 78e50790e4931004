"""Every runbook of the library is found by what somebody in trouble says, in words that its file does not have."""

import pytest

from agents.procedures import Procedures
from memory.embedding import MiniLmEmbedder
from memory.model.catalogue import Catalogue, Service
from tests.runbooks.library.shelf import EVERY, LIBRARY

SAID = {
    "roll-back-release": (
        "undoing yesterday's deploy",
        "the last deployment made everything worse, revert it",
        "reverting to an earlier build",
    ),
    "restart-service": (
        "a process that is frozen and has to be rebooted",
        "reboot the app, it is leaking memory",
        "recycling pods that got stuck",
    ),
    "scale-service": (
        "adding more servers because of heavy load",
        "increasing the number of instances before black friday",
        "bumping the replica count",
    ),
    "drain-node": (
        "moving workloads off a broken kubernetes host",
        "evicting all pods from a worker before a kernel upgrade",
        "emptying a node",
    ),
    "switch-flag-off": (
        "disabling a broken feature toggle",
        "turning that experiment off again",
        "pulling the kill switch of a feature",
    ),
    "clear-queue": (
        "a message backlog that keeps growing",
        "consumers stuck on a bad message",
        "unblocking stuck jobs in rabbitmq",
    ),
    "purge-queue": (
        "deleting every message from a queue permanently",
        "emptying the dead letter queue for ever",
        "discarding all the parked messages",
    ),
    "renew-certificate": (
        "https certificate about to run out",
        "getting a fresh ssl certificate",
        "an expired tls certificate",
    ),
    "disk-full": (
        "a server with a full hard drive",
        "cleaning up disk space",
        "a filesystem that is at 100 percent",
    ),
    "high-error-rate": (
        "lots of http 500 responses",
        "users get internal server errors all the time",
        "a spike of failing requests",
    ),
    "latency-regression": (
        "slow responses",
        "the site became sluggish and requests take ages",
        "investigating high p99 response time",
    ),
    "limit-attack-traffic": (
        "a denial of service attack",
        "a botnet hitting our site",
        "throttling abusive requests at the cdn",
    ),
    "fail-over-region": (
        "an entire aws region being out",
        "regional disaster recovery",
        "sending users to the secondary region",
    ),
    "canary-release": (
        "a gradual release with a canary",
        "deploying a version to a small percentage of traffic first",
        "a canary deployment that stops on its own when the slo suffers",
    ),
    "roll-out-flag": (
        "a gradual rollout of a feature flag",
        "turning a feature on for ten percent of users",
        "ramping up a feature toggle",
    ),
    "switch-blue-green": (
        "a blue/green deployment",
        "switching from blue to green",
        "switching production from the old colour to the new one",
    ),
    "check-database-failover": (
        "checking replication lag of postgres",
        "finding out whether the standby database has caught up",
        "the secondary database taking over without losing data",
    ),
    "limit-noisy-neighbour": (
        "a customer that takes all the resources",
        "rate limiting one heavy tenant",
        "somebody's api client starving the other customers",
    ),
    "stop-idle-services": (
        "reducing cloud costs by stopping unused services",
        "switching off idle environments to save money",
        "spending too much on things nobody uses",
    ),
}
SERVICES = Catalogue(services=(Service(name="orders"), Service(name="billing")))


@pytest.fixture(scope="module")
def procedures() -> Procedures:
    return Procedures(LIBRARY, SERVICES, MiniLmEmbedder.from_packages())


def test_every_runbook_is_asked_for_in_three_ways_or_more() -> None:
    assert {each.head.id for each in EVERY} == set(SAID)
    assert all(len(set(phrases)) >= 3 for phrases in SAID.values())


@pytest.mark.parametrize(("runbook", "words"), [(name, words) for name, said in SAID.items() for words in said])
def test_it_is_found_by_words_that_are_not_in_its_file(procedures: Procedures, runbook: str, words: str) -> None:
    assert words.lower() not in LIBRARY.find(runbook).text.lower()
    asked = procedures.hear(f"is there a runbook for {words}?")
    assert asked is not None
    assert asked.found.partition("@")[0] == runbook, asked.near
