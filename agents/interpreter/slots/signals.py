"""Signals: error rate, latency and its percentiles, traffic, availability, CPU, memory. Pure.

Latency without a percentile is the 95th: a mean hides what users feel, and the 99th is noise at low traffic.
"""

from agents.interpreter.slots.phrases import PhraseTable
from tools.contract import Signal, Slot

_TIME = r"(?: latency| response times?| percentile(?: (?:latency|response times?))?)"

TABLE = PhraseTable(
    Slot.SIGNAL,
    {
        Signal.ERROR_RATE: (
            r"err(?:or)?s?(?:[ -](?:rates?|ratio|percentage|count))?|failure (?:rate|ratio)|failures"
            r"|requests(?: \w+){0,3} fail(?:ed|ing)?|fail(?:ed|ing)? requests|5xx(?: (?:rate|errors|responses))?|50[0-9]s|failing"
        ),
        Signal.LATENCY_P50: rf"(?:latency )?p50{_TIME}?|median{_TIME}?|50th{_TIME}|typical (?:latency|response time)",
        Signal.LATENCY_P95: (
            rf"(?:latency )?p95{_TIME}?|95th{_TIME}?|latency|latencies|response times?|slow|slowness|how fast"
            r"|how long (?:do|does|did|are|is)|response speed|lag"
        ),
        Signal.LATENCY_P99: rf"(?:latency )?p99{_TIME}?|99th{_TIME}?|tail latency|worst[ -]case latency",
        Signal.TRAFFIC: (
            r"traffic|rps|qps|tps|throughput|requests?(?: per second| rate|/s| volume)|req/s|reqs|(?:how many )?requests"
            r"|hits|load|busy|volume"
        ),
        Signal.AVAILABILITY: r"availability|uptime|success rate|how available|nines",
        Signal.CPU: r"cpus?(?: (?:usage|utili[sz]ation|load|time))?|processor(?: (?:usage|load))?|compute usage",
        Signal.MEMORY: (
            r"mem(?:ory)?(?: (?:usage|utili[sz]ation|footprint|consumption|leak))?|ram(?: usage)?|heap(?: size| usage)?"
            r"|rss|leaking"
        ),
    },
)
