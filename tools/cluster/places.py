"""Where a service of an environment runs: which cluster, namespace and Deployment. Pure."""

from collections.abc import Iterable

from pydantic import Field

from memory.model.value import Value

_NAME = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"  # RFC 1123, as Kubernetes names things


class Place(Value):
    """What differs from the rule that the namespace is the environment and the Deployment is the service.

    An entry is for every service and environment it does not name. `context` is one of the kubeconfig's, `release`
    Helm's name for the service, `application` Argo CD's; both are the service's own name where nobody says else.
    """

    environment: str = ""
    service: str = ""
    context: str = ""
    namespace: str = Field(default="", pattern=rf"{_NAME}|^$", max_length=63)
    deployment: str = Field(default="", pattern=rf"{_NAME}|^$", max_length=253)
    container: str = Field(default="", pattern=rf"{_NAME}|^$", max_length=63)
    release: str = Field(default="", pattern=rf"{_NAME}|^$", max_length=53)
    application: str = Field(default="", pattern=rf"{_NAME}|^$", max_length=253)

    def fits(self, service: str, environment: str) -> bool:
        """Return whether this entry is about that service there."""
        return self.service in {"", service} and self.environment in {"", environment}


def placed(places: Iterable[Place], service: str, environment: str) -> Place:
    """Return where a service runs, every field settled but those nobody gave; the most specific entry wins."""
    fitting = sorted(
        (each for each in places if each.fits(service, environment)),
        key=lambda each: (bool(each.service), bool(each.environment)),
    )
    settled = {"namespace": environment, "deployment": service, "release": service, "application": service}
    for each in fitting:
        settled |= {name: value for name, value in each.model_dump().items() if value}
    return Place(**settled | {"service": service, "environment": environment})
