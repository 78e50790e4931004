"""What Prometheus scrapes, which alerts it raises and where Alertmanager sends them, in their file formats.

Windows are short because the estate is scraped every second. JSON is YAML, so that is what is written.
"""

import json
from typing import Any

SCRAPE_INTERVAL = "1s"
RATE_WINDOW = "10s"

_BY = "sum by (service, environment)"
_ERRORS = f'{_BY} (rate(http_requests_total{{code=~"5.."}}[{RATE_WINDOW}]))'
_REQUESTS = f"{_BY} (rate(http_requests_total[{RATE_WINDOW}]))"
_BUCKETS = f"sum by (service, environment, le) (rate(http_request_duration_seconds_bucket[{RATE_WINDOW}]))"


def _alert(name: str, expression: str, hold: str, severity: str, summary: str) -> dict[str, Any]:
    return {
        "alert": name,
        "expr": expression,
        "for": hold,
        "labels": {"severity": severity},
        "annotations": {"summary": summary},
    }


_ALERTS = [
    _alert(
        "HighErrorRate",
        f"{_ERRORS} / {_REQUESTS} > 0.05",
        "3s",
        "critical",
        "{{ $labels.service }} fails {{ $value | humanizePercentage }} of its requests",
    ),
    _alert(
        "HighLatency",
        f"histogram_quantile(0.95, {_BUCKETS}) > 0.5",
        "5s",
        "warning",
        "{{ $labels.service }} takes {{ $value | humanizeDuration }} for one request in twenty",
    ),
    _alert(
        "ServiceDown",
        f'{_BY} (up{{job="services"}}) == 0',
        "5s",
        "critical",
        "no replica of {{ $labels.service }} answers",
    ),
]

RULES = json.dumps({"groups": [{"name": "services", "rules": _ALERTS}]}, indent=2)


def alertmanager(url: str = "", secret: str = "") -> str:
    """Return the configuration of an Alertmanager that posts to `url` with a bearer token; empty: nowhere."""
    hook = {"url": url, "http_config": {"authorization": {"credentials": secret}}, "send_resolved": True}
    return json.dumps(
        {
            "route": {
                "receiver": "quarterdeck",
                "group_by": ["service", "environment"],
                "group_wait": "1s",
                "group_interval": "5s",
            },
            "receivers": [{"name": "quarterdeck"} | ({"webhook_configs": [hook]} if url else {})],
        },
        indent=2,
    )


def prometheus(alertmanager: str) -> str:
    """Return the configuration of a Prometheus that alerts through `alertmanager` (`host:port`)."""
    return json.dumps(
        {
            "global": {"scrape_interval": SCRAPE_INTERVAL, "evaluation_interval": "1s"},
            "rule_files": ["rules.yml"],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
            "scrape_configs": [
                {
                    "job_name": "services",
                    # The services name themselves in `service`, as the targets do.
                    "honor_labels": True,
                    "file_sd_configs": [{"files": ["targets.json"], "refresh_interval": "1s"}],
                }
            ],
        },
        indent=2,
    )
