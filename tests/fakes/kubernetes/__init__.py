"""As much of a Kubernetes control plane as Quarterdeck works with, over real HTTP.

Objects with versions, conflicts, watches that forget (410), pages that expire, dry runs, RBAC, access reviews,
evictions under disruption budgets, and controllers that roll Deployments out as revisions. The suite on it
finds the same in a real control plane.
"""

from tests.fakes.kubernetes.server import FakeKubernetes
from tests.fakes.kubernetes.serving import kubernetes

__all__ = ["FakeKubernetes", "kubernetes"]
