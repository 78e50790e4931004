"""A new runbook with its test: everything that has to be there, and what is still to be filled in. Pure."""

import json

RUNBOOK = """---
id: {id}
title: {title}
version: 1
summary: ""
intents:
  - {intent}
tier: execute
owner: ""
services: ["*"]
alerts: []
telemetry:
  - signal: error_rate
    says: what is seen once it has helped
inputs:
  service: {{type: service, says: which service}}
  environment: {{type: environment, says: where, default: production}}
compliance:
  reviewed: ""
  review_by: ""
  change: ""
  data: ""
budget: {{seconds: 900, calls: 400}}
---
# {title}

When to use it, and when not to.

## 1. See what it looks like now

```action
tool: metrics.signal
arguments:
  service: "{{{{ service }}}}"
  signal: error_rate
  environment: "{{{{ environment }}}}"
```

## 2. Do something about it

```action
tool: service.restart
arguments:
  service: "{{{{ service }}}}"
  environment: "{{{{ environment }}}}"
check:
  tool: metrics.signal
  arguments: {{service: "{{{{ service }}}}", signal: error_rate, environment: "{{{{ environment }}}}", window: 1m}}
  below: 0.05
  within: 5m
  says: "the error rate of {{{{ service }}}} is below 5 %"
undo: automatic
timeout: 60s
retries: 2
```

## 3. Tell the team

What people do that nothing here does for them.
"""

TEST = '''"""The runbook {id} reads without an error, compiles, and says what it would do; nothing is done."""

from pathlib import Path

from runbooks.testing import Rehearsal

RUNBOOK = Path(__file__).with_name("{file}")
INPUTS = {{"service": "checkout", "environment": "production"}}


def test_it_reads_without_an_error() -> None:
    assert [finding.explained() for finding in Rehearsal(RUNBOOK).errors] == []


def test_it_compiles_to_the_same_plan_every_time() -> None:
    assert Rehearsal(RUNBOOK).plan(INPUTS).digest() == Rehearsal(RUNBOOK).plan(INPUTS).digest()


def test_every_step_that_acts_can_be_taken_back_and_is_measured() -> None:
    steps = Rehearsal(RUNBOOK).plan(INPUTS).steps
    assert steps
    assert all(step.undo is not None and step.checks for step in steps)
'''


def scaffold(name: str, title: str) -> tuple[str, str]:
    """Return a runbook of this id and title, and its test, both as text."""
    runbook = RUNBOOK.format(id=name, title=_quoted(title), intent=_quoted(title.lower()))
    heading = runbook.replace(f"# {_quoted(title)}\n", f"# {title}\n")
    return heading, TEST.format(id=name, file=f"{name}.md")


def _quoted(text: str) -> str:
    """Return a text as YAML has it: plain words as they are, anything else in quotes."""
    plain = text.replace(" ", "").isalpha() and text.isascii()
    return text if plain else json.dumps(text, ensure_ascii=False)
