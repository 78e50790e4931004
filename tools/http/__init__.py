"""The one way out over HTTP: bounded in time and size, retried only where that is safe, behind a circuit breaker.

Redirects are not followed, the environment's proxies are not used, and credentials never reach a message or a log.
"""

from tools.http.breaker import Breaker, Circuit
from tools.http.client import HttpClient
from tools.http.deadline import Deadline
from tools.http.reading import read_as

__all__ = ["Breaker", "Circuit", "Deadline", "HttpClient", "read_as"]
