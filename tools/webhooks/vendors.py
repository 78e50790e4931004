"""Where further monitoring systems write what, by their documentation: data for `tools.webhooks.mapping`."""

from typing import Final

from tools.webhooks.mapping import Mapping
from tools.webhooks.report import ReportKind

OPSGENIE: Final = Mapping(
    source="opsgenie",
    needs=("$.action", "$.alert"),
    name=("$.alert.message",),
    key=("$.alert.alias", "$.alert.alertId"),
    status=("$.action",),
    resolved=("Close", "Delete"),
    severity=("$.alert.priority",),
    started=("$.alert.createdAt",),
    at=("$.alert.updatedAt",),
    summary=("$.alert.message",),
    description=("$.alert.description",),
    service=("$.alert.entity",),
    labels=("$.alert.tags", "$.alert.details"),
)

NEW_RELIC: Final = Mapping(
    source="newrelic",
    needs=("$.condition_name", "$.current_state"),
    name=("$.condition_name",),
    key=("$.account_id", "$.incident_id", "$.condition_id"),
    status=("$.current_state",),
    firing=("open", "acknowledged"),
    severity=("$.severity", "$.priority"),
    started=("$.timestamp",),
    summary=("$.details",),
    description=("$.policy_name",),
    service=("$.targets[0].labels.service", "$.targets[0].name"),
    labels=("$.targets[0].labels",),
    links={"source": "$.incident_url", "runbook": "$.runbook_url", "graph": "$.violation_chart_url"},
)

NEW_RELIC_WORKFLOW: Final = Mapping(
    source="newrelic",
    needs=("$.issueUrl", "$.state"),
    name=("$.title",),
    key=("$.id",),
    status=("$.state",),
    firing=("ACTIVATED", "CREATED", "ACKNOWLEDGED"),
    resolved=("CLOSED",),
    severity=("$.priority",),
    started=("$.createdAt",),
    at=("$.updatedAt",),
    summary=("$.title", "$.annotations.title[0]"),
    description=("$.annotations.description[0]",),
    service=("$.impactedEntities[0]",),
    links={"source": "$.issueUrl"},
)

PINGDOM: Final = Mapping(
    source="pingdom",
    needs=("$.check_name", "$.current_state"),
    name=("$.check_name",),
    key=("$.check_id",),
    status=("$.current_state",),
    firing=("DOWN", "FAILING", "UNKNOWN", "UNCONFIRMED_DOWN"),
    severity=("$.importance_level",),
    severities={"HIGH": 2, "LOW": 4},
    at=("$.state_changed_timestamp", "$.state_changed_utc_time"),
    summary=("$.long_description", "$.description"),
    service=("$.custom_message",),
    labels=("$.check_params", "$.tags"),
    links={"source": "$.full_url", "target": "$.check_params.full_url"},
)

RIEMANN: Final = Mapping(
    source="riemann",
    needs=("$.host", "$.service", "$.state"),
    name=("$.service",),
    key=("$.host", "$.service"),
    status=("$.state",),
    severity=("$.state",),
    at=("$.time",),
    summary=("$.description",),
    service=("$.service",),
    labels=("$.attributes", "$.tags"),
)

VREALIZE: Final = Mapping(
    source="vrealize",
    needs=("$.alertId", "$.status"),
    name=("$.alertName", "$.info", "$.subType", "$.type"),
    key=("$.alertId",),
    status=("$.status",),
    firing=("ACTIVE", "NEW", "UPDATED"),
    severity=("$.criticality",),
    severities={
        "ALERT_CRITICALITY_LEVEL_CRITICAL": 1,
        "ALERT_CRITICALITY_LEVEL_IMMEDIATE": 2,
        "ALERT_CRITICALITY_LEVEL_WARNING": 3,
        "ALERT_CRITICALITY_LEVEL_INFO": 5,
    },
    started=("$.startDate",),
    ended=("$.cancelDate",),
    at=("$.updateDate",),
    summary=("$.info",),
    service=("$.resourceName",),
)

GRAYLOG: Final = Mapping(
    source="graylog",
    needs=("$.event_definition_title", "$.event"),
    name=("$.event_definition_title",),
    key=("$.event_definition_id", "$.event.key"),
    severity=("$.event.priority",),
    severities={"4": 1, "3": 2, "2": 3, "1": 4},
    started=("$.event.timestamp",),
    at=("$.event.timestamp_processing",),
    summary=("$.event.message", "$.event_definition_description"),
    service=("$.event.fields.service", "$.event.source"),
    labels=("$.event.group_by_fields", "$.event.fields"),
)

GRAYLOG_STREAM: Final = Mapping(
    source="graylog",
    needs=("$.check_result", "$.stream"),
    name=("$.stream.title",),
    key=("$.stream.id", "$.check_result.triggered_condition.id"),
    started=("$.check_result.triggered_at",),
    summary=("$.check_result.result_description",),
    description=("$.check_result.matching_messages[0].message",),
    service=("$.check_result.matching_messages[0].fields.service",),
)

CHECKLY: Final = Mapping(
    source="checkly",
    needs=("$.check_name", "$.alert_type"),
    name=("$.check_name",),
    key=("$.check_id",),
    status=("$.alert_type",),
    resolved=("ALERT_RECOVERY", "ALERT_DEGRADED_RECOVERY"),
    severity=("$.alert_type",),
    severities={"ALERT_FAILURE": 2, "ALERT_DEGRADED": 3, "ALERT_SSL": 3},
    at=("$.started_at",),
    summary=("$.event", "$.check_error_message"),
    description=("$.check_error_message",),
    service=("$.group_name",),
    links={"source": "$.link"},
)

CHECKMK: Final = Mapping(
    source="checkmk",
    needs=("$.host", "$.notification_type"),
    name=("$.service", "$.check_command", "$.what", "$.summary"),
    key=("$.site", "$.host", "$.service"),
    status=("$.notification_type",),
    resolved=("RECOVERY", "FLAPPINGSTOP", "DOWNTIMEEND", "CANCELLED"),
    severity=("$.severity", "$.status"),
    severities={"DOWN": 1, "UNREACHABLE": 2, "UNKNOWN": 3, "UP": 5},
    at=("$.short_date_time",),
    summary=("$.summary", "$.output"),
    description=("$.long_output", "$.output"),
    service=("$.service", "$.host"),
)

CORALOGIX: Final = Mapping(
    source="coralogix",
    needs=("$.alert_action", "$.name"),
    name=("$.name",),
    key=("$.alert_id", "$.group_by_labels"),
    status=("$.alert_action",),
    firing=("trigger",),
    resolved=("resolve",),
    severity=("$.alert_severity", "$.severity"),
    at=("$.timestamp",),
    summary=("$.description",),
    service=("$.application", "$.application_name"),
    labels=("$.fields",),
    links={"source": "$.alert_url", "logs": "$.log_url"},
)

DASH0: Final = Mapping(
    source="dash0",
    needs=("$.type", "$.data.issue"),
    name=("$.data.issue.checkrules[0].name", "$.data.issue.summary"),
    key=("$.data.issue.issueIdentifier", "$.data.issue.id"),
    status=("$.data.issue.status", "$.type"),
    severity=("$.data.issue.status",),
    severities={"critical": 1, "failed": 2, "degraded": 3},
    started=("$.data.issue.start",),
    ended=("$.data.issue.end",),
    summary=("$.data.issue.summary",),
    description=("$.data.issue.description",),
    labels=("$.data.issue.labels",),
    links={"source": "$.data.issue.url"},
)

LIBRENMS: Final = Mapping(
    source="librenms",
    needs=("$.alert_id", "$.rule_id", "$.hostname"),
    name=("$.name", "$.title"),
    key=("$.device_id", "$.rule_id"),
    status=("$.state",),
    resolved=("0",),
    severity=("$.severity",),
    at=("$.timestamp",),
    summary=("$.title", "$.msg"),
    description=("$.msg",),
    service=("$.hostname",),
)

THOUSAND_EYES: Final = Mapping(
    source="thousandeyes",
    needs=("$.eventType", "$.alert"),
    name=("$.alert.ruleName", "$.alert.testName"),
    key=("$.alert.alertId",),
    status=("$.eventType",),
    firing=("ALERT_NOTIFICATION_TRIGGER",),
    resolved=("ALERT_NOTIFICATION_CLEAR",),
    severity=("$.alert.severity",),
    started=("$.alert.dateStartZoned", "$.alert.dateStart"),
    ended=("$.alert.dateEndZoned", "$.alert.dateEnd"),
    summary=("$.alert.ruleExpression",),
    service=("$.alert.testName", "$.alert.hostname", "$.alert.agentName"),
    links={"source": "$.alert.permalink"},
)

SIGNALFX: Final = Mapping(
    source="signalfx",
    needs=("$.incidentId", "$.detectorUrl"),
    name=("$.rule", "$.detector", "$.messageTitle", "$.originatingMetric"),
    key=("$.incidentId",),
    status=("$.statusExtended", "$.status"),
    firing=("anomalous",),
    resolved=("ok", "manually resolved", "stopped"),
    severity=("$.severity",),
    at=("$.timestampISO8601", "$.timestamp"),
    summary=("$.messageTitle", "$.description"),
    description=("$.messageBody",),
    labels=("$.dimensions",),
    links={"source": "$.detectorUrl", "runbook": "$.runbookUrl", "picture": "$.imageUrl"},
)

AXIOM: Final = Mapping(
    source="axiom",
    needs=("$.action", "$.event.monitorID"),
    name=("$.event.title",),
    key=("$.event.monitorID",),
    status=("$.action",),
    firing=("Open",),
    resolved=("Closed", "Close"),
    at=("$.event.timestamp",),
    summary=("$.event.body",),
    description=("$.event.description",),
    labels=("$.event.matchedEvent",),
)

ZABBIX: Final = Mapping(
    source="zabbix",
    needs=("$.event_id", "$.trigger_name"),
    name=("$.trigger_name", "$.event_name"),
    key=("$.trigger_id", "$.host"),
    status=("$.trigger_status", "$.event_value"),
    firing=("PROBLEM", "1"),
    resolved=("OK", "0"),
    severity=("$.trigger_severity", "$.event_nseverity"),
    severities={"Disaster": 1, "High": 2, "Average": 3, "Warning": 3, "Information": 5, "Not classified": 5},
    summary=("$.event_name", "$.trigger_description"),
    service=("$.service", "$.host"),
    labels=("$.event_tags",),
)

NETBOX: Final = Mapping(
    source="netbox",
    kind=ReportKind.CHANGE,
    needs=("$.event", "$.model", "$.data", "$.request_id"),
    name=("$.data.display", "$.data.name", "$.model"),
    key=("$.model", "$.data.id"),
    severity=("$.event",),
    severities={"created": 5, "updated": 5, "deleted": 5},
    at=("$.timestamp",),
    summary=("$.data.description", "$.data.display"),
    labels=("$.data.custom_fields",),
)

UPTIME_KUMA: Final = Mapping(
    source="uptimekuma",
    needs=("$.heartbeat", "$.monitor"),
    name=("$.monitor.name",),
    key=("$.monitor.id", "$.heartbeat.monitorID"),
    status=("$.heartbeat.status",),
    firing=("0", "2"),
    resolved=("1", "3"),
    at=("$.heartbeat.time",),
    summary=("$.heartbeat.msg", "$.msg"),
    service=("$.monitor.name",),
    links={"target": "$.monitor.url"},
)

AZURE: Final = Mapping(
    source="azure",
    needs=("$.schemaId", "$.data.essentials"),
    name=("$.data.essentials.alertRule",),
    key=("$.data.essentials.originAlertId", "$.data.essentials.alertId"),
    status=("$.data.essentials.monitorCondition",),
    firing=("Fired",),
    severity=("$.data.essentials.severity",),
    severities={"Sev0": 1, "Sev1": 2, "Sev2": 3, "Sev3": 5, "Sev4": 5},
    started=("$.data.essentials.firedDateTime",),
    ended=("$.data.essentials.resolvedDateTime",),
    summary=("$.data.essentials.description", "$.data.essentials.alertRule"),
    service=("$.data.essentials.configurationItems[0]", "$.data.essentials.alertTargetIDs[0]"),
    labels=("$.data.customProperties",),
    links={"source": "$.data.essentials.investigationLink"},
)

EVERY: Final = (
    AZURE,
    UPTIME_KUMA,
    OPSGENIE,
    NEW_RELIC,
    NEW_RELIC_WORKFLOW,
    PINGDOM,
    CHECKLY,
    CHECKMK,
    CORALOGIX,
    DASH0,
    LIBRENMS,
    THOUSAND_EYES,
    SIGNALFX,
    AXIOM,
    GRAYLOG,
    GRAYLOG_STREAM,
    VREALIZE,
    ZABBIX,
    RIEMANN,
    NETBOX,
)
