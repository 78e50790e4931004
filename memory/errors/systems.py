"""What the systems outside did not do for us: those we watch and act on, and the chats."""

from memory.errors.root import QuarterdeckError


class ConnectorError(QuarterdeckError):
    """A system outside did not do what was asked.

    `status` is the HTTP status it answered with, None when it did not answer; `body` is the beginning of what it
    said, which is untrusted and no part of the message. `retry_after_s` is for how long it asked to be left alone.
    """

    code = "connector.failed"
    retry_after_s: float | None = None

    def __init__(self, message: str, *, hint: str = "", status: int | None = None, body: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.body = body


class ConnectorUnreachable(ConnectorError):
    """A system outside could not be reached in time, or its circuit is open."""

    code = "connector.unreachable"
    begun = True  # whether what was asked may have reached it


class ConnectorRejected(ConnectorError):
    """A system outside refused the request."""

    code = "connector.rejected"


class ConnectorBusy(ConnectorRejected):
    """A system outside is asked too often just now, and did nothing."""

    code = "connector.busy"


class PermissionMissing(ConnectorRejected):
    """The account Quarterdeck has in a system outside may not do what is needed; the message names the right."""

    code = "connector.permission_missing"


class VersionUnsupported(ConnectorRejected):
    """A system outside is of a version that cannot be worked with."""

    code = "connector.version_unsupported"


class QueryRejected(ConnectorError):
    """A query did not parse at its data source; the source's own words are in the message."""

    code = "connector.query_rejected"


class ToolChanged(ConnectorError):
    """An imported tool is not what a person agreed to any more; nobody may call it until somebody does again."""

    code = "connector.tool_changed"


class ResponseTooLarge(ConnectorError):
    """A system outside answered with more than the size limit."""

    code = "connector.response_too_large"


class SlackError(QuarterdeckError):
    """Slack did not do what was asked. `error` is Slack's own word for why, empty where it gave none."""

    code = "slack.failed"

    def __init__(self, message: str, *, hint: str = "", error: str = "") -> None:
        super().__init__(message, hint=hint)
        self.error = error


class SlackRejected(SlackError):
    """Slack refused a call, and did nothing."""

    code = "slack.rejected"


class SlackScopeMissing(SlackRejected):
    """The app was installed without a scope that a call needs; the message names it."""

    code = "slack.scope_missing"


class SlackChannelClosed(SlackRejected):
    """The channel is archived, gone, or one that Quarterdeck is not in."""

    code = "slack.channel_closed"


class SlackMessageGone(SlackRejected):
    """The message, or the thread under it, was deleted."""

    code = "slack.message_gone"


class SlackTokenInvalid(SlackError):
    """The token of a workspace is revoked, expired or none; the app has to be installed there again."""

    code = "slack.token_invalid"


class SlackNotInstalled(SlackError):
    """Quarterdeck is not installed in that workspace, or not any more."""

    code = "slack.not_installed"


class SlackBusy(SlackError):
    """As many calls to Slack wait as may, or it asked to be left alone for longer than can be waited."""

    code = "slack.busy"


class SlackUnreachable(SlackError):
    """Slack did not answer in time, or with a fault of its own; whether it did what was asked is not known."""

    code = "slack.unreachable"


class TeamsError(QuarterdeckError):
    """Microsoft Teams did not do what was asked."""

    code = "teams.failed"


class TeamsRejected(TeamsError):
    """Teams refused a call, and did nothing."""

    code = "teams.rejected"


class TeamsGone(TeamsRejected):
    """The conversation or the message is not there any more, or Quarterdeck was removed from it."""

    code = "teams.gone"


class TeamsBusy(TeamsError):
    """As many calls to Teams wait as may, or it asked to be left alone for longer than can be waited."""

    code = "teams.busy"


class TeamsUnreachable(TeamsError):
    """Teams did not answer in time, or with a fault of its own; whether it did what was asked is not known."""

    code = "teams.unreachable"
