"""The story the estate is there for: a release goes bad, everybody can see it, and going back heals it."""

import pytest

from bot.demo.estate import error_rate
from tests.estates import Running, eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_bad_release_shows_everywhere_and_a_rollback_heals_it(running: Running) -> None:
    async def rate(service: str, window: str = "5s") -> float:
        return await running.number(error_rate(service, window)) or 0.0

    async def slow() -> bool:
        buckets = 'sum by (le) (rate(http_request_duration_seconds_bucket{service="checkout"}[5s]))'
        return (await running.number(f"histogram_quantile(0.5, {buckets})") or 0.0) > 0.5

    async def alerted() -> bool:
        alerts = (await running.client.get(f"{running.estate.alertmanager_url}/api/v2/alerts")).json()
        return any(
            (alert["labels"]["alertname"], alert["labels"]["service"]) == ("HighErrorRate", "checkout")
            for alert in alerts
        )

    async def fails(service: str) -> bool:
        return await rate(service) > 0.05

    async def heals() -> bool:
        return await rate("checkout") < 0.02

    # (1) Released over a version that answered well.
    await running.estate.release_bad(healthy_requests=16)
    checkout = await running.service("checkout")
    assert (checkout["version"], checkout["previous_version"]) == ("1.4.2", "1.4.1")
    (release, *_) = (await running.get("/v1/changes", service="checkout"))["changes"]
    assert (release["before"], release["after"], release["by"]) == ("1.4.1", "1.4.2", "release-pipeline")

    # (2) It fails and is slow, its caller fails with it, the one it asks does not.
    assert await eventually(lambda: fails("storefront"))
    assert await eventually(slow)
    assert await rate("payments") == 0.0
    logged = await running.get("/v1/services/checkout/logs", level="error", contains="discount_tier")
    assert logged["lines"][0]["version"] == "1.4.2"
    assert await eventually(alerted)

    # (3) Back to the release before, and well again.
    rollback = (await running.post("/v1/services/checkout/rollback")).json()
    assert (rollback["before"], rollback["after"], rollback["converged"]) == ("1.4.2", "1.4.1", True)
    assert await eventually(heals)
    assert (await running.prometheus('build_info{service="checkout",version="1.4.1"}')) != []
