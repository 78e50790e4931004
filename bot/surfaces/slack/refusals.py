"""What Slack's noes mean: each of its words for an error as one of ours, with what to do about it. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from memory.errors import (
    SlackBusy,
    SlackChannelClosed,
    SlackError,
    SlackMessageGone,
    SlackRejected,
    SlackScopeMissing,
    SlackTokenInvalid,
    SlackUnreachable,
)

_KINDS: Final[Mapping[str, tuple[type[SlackError], str]]] = {
    **dict.fromkeys(
        ("missing_scope", "no_permission", "not_allowed_token_type"),
        (SlackScopeMissing, "Add it to the app (quarterdeck slack manifest) and install the app again."),
    ),
    **dict.fromkeys(
        ("is_archived", "channel_not_found", "not_in_channel", "restricted_action", "channel_is_archived"),
        (SlackChannelClosed, "Unarchive the channel, or /invite Quarterdeck to it."),
    ),
    **dict.fromkeys(
        ("message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"),
        (SlackMessageGone, "Ask again."),
    ),
    **dict.fromkeys(
        (
            "invalid_auth",
            "not_authed",
            "token_revoked",
            "token_expired",
            "account_inactive",
            "team_access_not_granted",
            "invalid_refresh_token",
        ),
        (SlackTokenInvalid, "Install the app in the workspace again."),
    ),
    **dict.fromkeys(
        ("ratelimited", "rate_limited", "message_limit_exceeded"), (SlackBusy, "Wait, and ask again.")
    ),
    **dict.fromkeys(
        ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"),
        (SlackUnreachable, "See status.slack.com."),
    ),
}
_HINT: Final = "quarterdeck slack doctor says what is missing."


def refusal(method: str, answer: Mapping[str, Any]) -> SlackError:
    """Return Slack's no to a call as one of our errors. What it says besides its word is not repeated."""
    error = str(answer.get("error") or "unknown_error")[:100]
    kind, hint = _KINDS.get(error, (SlackRejected, _HINT))
    needed = str(answer.get("needed", ""))[:200]
    found = f"{error}, needed: {needed}" if needed else error
    return kind(f"expected Slack to take {method}, found {found}", hint=hint, error=error)
