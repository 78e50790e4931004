"""How often each Slack method may be called (docs.slack.dev/apis/web-api/rate-limits)."""

import time
from collections import defaultdict, deque

_TIER_2 = 20
_TIER_3 = 50
_TIER_4 = 100
_PER_MINUTE = {
    **dict.fromkeys(
        (
            "chat.startStream",
            "chat.stopStream",
            "conversations.create",
            "conversations.setTopic",
            "conversations.archive",
            "bookmarks.add",
            "bookmarks.list",
            "pins.add",
            "canvases.create",
            "conversations.canvases.create",
            "usergroups.list",
            "usergroups.users.list",
        ),
        _TIER_2,
    ),
    **dict.fromkeys(
        (
            "chat.update",
            "conversations.history",
            "conversations.replies",
            "conversations.invite",
            "conversations.info",
            "canvases.edit",
            "chat.unfurl",
        ),
        _TIER_3,
    ),
    **dict.fromkeys(
        (
            "chat.appendStream",
            "chat.postEphemeral",
            "views.open",
            "views.publish",
            "views.update",
            "views.push",
            "users.info",
            "files.getUploadURLExternal",
            "files.completeUploadExternal",
        ),
        _TIER_4,
    ),
}
_MINUTE_S = 60.0


class Rates:
    """Counts calls in sliding windows. With a `pace` of 0.01, a minute of Slack's lasts 0.6 s."""

    def __init__(self, pace: float = 1.0) -> None:
        self.pace = pace
        self._calls: dict[tuple[str, ...], deque[float]] = defaultdict(deque)

    def wait_s(self, method: str, team: str, channel: str) -> float:
        """Count a call and return 0, or return how long until one would be taken, counting nothing."""
        now = time.monotonic()
        if method == "chat.postMessage":
            return self._taken((method, team, channel), now, most=1, window=1.0 * self.pace)
        most = _PER_MINUTE.get(method)
        return 0.0 if most is None else self._taken((method, team), now, most=most, window=_MINUTE_S * self.pace)

    def _taken(self, of: tuple[str, ...], now: float, *, most: int, window: float) -> float:
        calls = self._calls[of]
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) >= most:
            return calls[0] + window - now
        calls.append(now)
        return 0.0
