"""Runbooks as tests write them: a sound one, and ways to spoil it."""

from datetime import date

from runbooks.format import Runbook, lint
from runbooks.format.finding import Finding
from tools.capabilities import EVERY

TODAY = date(2026, 11, 21)
SOUND = """---
id: calm-down
title: Calm it down
version: 1.10
intents:
  - calm the service down
tier: execute
owner: platform
inputs:
  service: {type: service, says: which service}
  environment: {type: environment, says: where, default: production}
  version: {type: version, says: which version, optional: true}
  most: {type: number, says: the most, default: 0.02, min: 0, max: 1}
compliance: {reviewed: 2026-11-01, review_by: 2027-11-01, change: normal, data: internal}
budget: {seconds: 600, calls: 40}
---
# Calm it down

## When to use it

When it is upset.

## 1. Look

```action
tool: metrics.signal
arguments:
  service: "{{ service }}"
  signal: error_rate
```

## 2. Take it back

Slowly.

```action
tool: deploy.rollback
arguments:
  service: "{{ service }}"
  environment: "{{ environment }}"
  version: "{{ version }}"
when:
  tool: metrics.signal
  arguments: {service: "{{ service }}", signal: error_rate}
  above: "{{ most }}"
check:
  tool: metrics.signal
  arguments: {service: "{{ service }}", signal: error_rate, window: 5m}
  below: "{{ most }}"
  within: 3m
  settle: 30s
  says: "the errors of {{ service }} are below {{ most }}"
undo: automatic
timeout: 60s
retries: 1
```

## 3. Tell people

By hand.
"""


def findings(text: str) -> tuple[Finding, ...]:
    """Return what is wrong with a text."""
    return lint(text, "it.md", EVERY, today=TODAY).findings


def sound(text: str = SOUND) -> Runbook:
    """Return the runbook of a text that has no finding."""
    reading = lint(text, "it.md", EVERY, today=TODAY)
    assert [each.explained() for each in reading.findings] == []
    assert reading.runbook is not None
    return reading.runbook
