"""HTTP requests that the settings allow, each a capability `http.NAME`."""

from tools.capabilities.phrasings.declared import asked
from tools.contract import Capability
from tools.declared.endpoint import Endpoint

AREA = "http"


def capability(endpoint: Endpoint) -> Capability:
    """Return what an endpoint can do."""
    return endpoint.capability(AREA, asked(endpoint.title))
