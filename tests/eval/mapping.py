"""What the tools of the public request sets are to us, written down once, as data, each with its reason.

A rule names a source, the other side's action and, where one action covers several wishes, words of the request,
the latter two as regular expressions. The first rule that fits decides. Three principles stand behind them all:

1. What we have no tool for is out of scope, however much it sounds like operations.
2. An order for one of our write tools, or a question for one of our read tools, that names something our
   catalogue does not know gets a question back. Saying that it is out of scope is as good: nothing is done.
3. A question about an action is never that action.
"""

from enum import StrEnum

from memory.model.intent import IntentKind
from memory.model.value import Value
from tests.eval.sets import Outcome


class Source(StrEnum):
    """A file of public requests, by the name of the file."""

    AZURE = "azure_prompts"
    BFCL = "bfcl_ops_slice"
    GRAFANA = "grafana_mcp_prompts"
    HUBOT = "hubot_deploy_commands"
    KAGENT = "kagent_skill_examples"
    STACKSTORM = "stackstorm_aliases"


class Rule(Value):
    """What requests of one action, or of those that `says` is found in, should come to for us, and why."""

    source: Source
    action: str = r".*"
    says: str = ""
    outcomes: tuple[Outcome, ...]
    reason: str


def _call(tool: str) -> Outcome:
    return Outcome(kind=IntentKind.TOOL, tool=tool, arguments=None)


def _ask(tool: str) -> Outcome:
    return Outcome(kind=IntentKind.CLARIFY, tool=tool, arguments=None)


NO = Outcome(kind=IntentKind.OUT_OF_SCOPE, arguments=None)
WHAT = Outcome(kind=IntentKind.CLARIFY, arguments=None)
CHAT = Outcome(kind=IntentKind.SMALLTALK, arguments=None)
HELP = _call("turn.help")

_UNKNOWN_ORDER = "an order for one of our write tools that names nothing we know"
_UNKNOWN_LOOK = "a question for one of our read tools that names nothing we know"
_ABOUT = "a question about an action, which is never the action"

HUBOT = (
    Rule(
        source=Source.HUBOT,
        says=r"^(ping|image me)",
        outcomes=(NO, CHAT, WHAT),
        reason="the set itself expects no match",
    ),
    Rule(
        source=Source.HUBOT,
        says=r"^deploys\b",
        outcomes=(_ask("deploys.list"), NO),
        reason=f"lists deployments: {_UNKNOWN_LOOK}",
    ),
    Rule(
        source=Source.HUBOT,
        says=r"^deploy\b",
        outcomes=(_ask("deploy.release"), NO),
        reason=f"deploys a branch, which is no version of ours: {_UNKNOWN_ORDER}",
    ),
)

STACKSTORM = (
    Rule(
        source=Source.STACKSTORM,
        action=r"hubot\.deploy|vadc\.deploy_chain",
        outcomes=(_ask("deploy.release"), NO),
        reason=_UNKNOWN_ORDER,
    ),
    Rule(
        source=Source.STACKSTORM,
        action=r"hubot\.restart",
        outcomes=(_ask("service.restart"), NO),
        reason=_UNKNOWN_ORDER,
    ),
    Rule(
        source=Source.STACKSTORM,
        action=r"core\.noop|hello_st2\.greet",
        outcomes=(CHAT, NO, WHAT, _call("turn.help")),
        reason="a greeting, or a joke between people and their bot",
    ),
    Rule(
        source=Source.STACKSTORM,
        action=r"pagerduty\.incident\.find",
        outcomes=(_call("incident.list"), _call("alerts.list"), WHAT),
        reason="the same wish, of our own incidents",
    ),
    Rule(
        source=Source.STACKSTORM,
        action=r"pagerduty\.incident\.create.*",
        outcomes=(_ask("incident.declare"), NO),
        reason="the same wish, without a word of what is wrong",
    ),
    Rule(
        source=Source.STACKSTORM,
        action=r"orion\.node_status|vadc\.bsd_get_status|vadc\.bsd_get_errors",
        outcomes=(NO, _ask("service.health"), _call("status.digest")),
        reason=f"health of something: {_UNKNOWN_LOOK}",
    ),
    Rule(
        source=Source.STACKSTORM,
        action=r"github\.(latest_release|list_releases|get_deployment_statuses)|hubot\.branch",
        outcomes=(NO, _ask("deploys.list")),
        reason=f"releases of a repository: {_UNKNOWN_LOOK}",
    ),
    Rule(
        source=Source.STACKSTORM,
        action=r"splunk\.search",
        outcomes=(NO, WHAT),
        reason="another system's query language; at most a question which service's logs are meant",
    ),
    Rule(
        source=Source.STACKSTORM,
        outcomes=(NO,),
        reason="another product's command, for which we have no tool",
    ),
)

GRAFANA = (
    Rule(
        source=Source.GRAFANA,
        action=r"test_find_firing_alert_rules",
        outcomes=(_call("alerts.list"), _call("alerts.rules")),
        reason="rules that fire are alerts that fire",
    ),
    Rule(
        source=Source.GRAFANA,
        action=r"test_list_alert_rules",
        outcomes=(_call("alerts.rules"),),
        reason="the same wish",
    ),
    Rule(
        source=Source.GRAFANA,
        action=r"test_(get_alert_rule_by_uid|list_alert_rules_with_label_filter|list_alert_rules_in_folder)",
        outcomes=(_call("alerts.rules"), NO, WHAT),
        reason="our list of rules holds the answer, though we cannot narrow it so",
    ),
    Rule(
        source=Source.GRAFANA,
        action=r"test_(list_time_intervals|get_time_interval_by_name)",
        outcomes=(NO, _call("silences.list")),
        reason="mute timings are Grafana's; silences are what we have of the kind",
    ),
    Rule(
        source=Source.GRAFANA,
        action=r"test_(elasticsearch|opensearch|clickhouse)_query_\w+|test_loki_logs_tool",
        outcomes=(NO, _ask("logs.search")),
        reason=f"logs of another store: {_UNKNOWN_LOOK}",
    ),
    Rule(
        source=Source.GRAFANA,
        action=r"test_cloudwatch_(query|list)_metrics",
        outcomes=(NO, _ask("metrics.signal"), _call("metrics.names")),
        reason=f"metrics of another store: {_UNKNOWN_LOOK}",
    ),
    Rule(
        source=Source.GRAFANA,
        outcomes=(NO,),
        reason="Grafana's own objects, which we neither list nor change",
    ),
)

KAGENT = (
    Rule(
        source=Source.KAGENT,
        says=r"^Scale my deployment",
        outcomes=(_ask("service.scale"), NO),
        reason=_UNKNOWN_ORDER,
    ),
    Rule(
        source=Source.KAGENT,
        says=r"^Upgrade (the|my)",
        outcomes=(_ask("deploy.release"), NO),
        reason=f"to the latest, which names no version: {_UNKNOWN_ORDER}",
    ),
    Rule(
        source=Source.KAGENT,
        says=r"^Execute this PromQL query",
        outcomes=(_call("metrics.query"),),
        reason="the same wish",
    ),
    Rule(
        source=Source.KAGENT,
        says=r"What is the status of my cluster",
        outcomes=(_call("status.digest"), NO, WHAT),
        reason="how things are, of all we watch",
    ),
    Rule(
        source=Source.KAGENT,
        says=r"checkout-service",
        outcomes=(_call("service.health"), _call("logs.search"), WHAT),
        reason="our catalogue has a checkout; asking whether it is meant is as good",
    ),
    Rule(
        source=Source.KAGENT,
        says=r"^(How can I|How do I) (roll back|set up a canary)",
        outcomes=(NO, HELP, WHAT),
        reason=_ABOUT,
    ),
    Rule(
        source=Source.KAGENT,
        says=(
            r"service-x|message-broker|api-gateway' release failed|status and deployed version"
            r"|controller pods are running|billing-service|payment-service|data-processor"
        ),
        outcomes=(_ask("service.health"), NO, _call("service.health"), _call("service.describe")),
        reason=f"what is wrong with something: {_UNKNOWN_LOOK}, or nearly something we know",
    ),
    Rule(
        source=Source.KAGENT,
        says=r"Fetch the logs",
        outcomes=(_ask("logs.search"), NO),
        reason=_UNKNOWN_LOOK,
    ),
    Rule(
        source=Source.KAGENT,
        action=r"generate-promql-query|prometheus-monitoring-querying",
        outcomes=(NO, WHAT),
        reason="writes a query or designs monitoring; we evaluate what is given and answer signals by name",
    ),
    Rule(
        source=Source.KAGENT,
        says=r"current resource utilization|performance bottlenecks|StatefulSet|health status of Cilium",
        outcomes=(NO, WHAT, _call("status.digest"), _call("targets.list")),
        reason=_UNKNOWN_LOOK,
    ),
    Rule(
        source=Source.KAGENT,
        outcomes=(NO,),
        reason="configures or explains a product, for which we have no tool",
    ),
)

BFCL = (
    Rule(
        source=Source.BFCL,
        action=r"version_api\.VersionApi\.get_version",
        outcomes=(_ask("service.describe"), NO, HELP),
        reason="the version of an application that is not named",
    ),
    Rule(
        source=Source.BFCL,
        action=r"get_sensor_alerts|Alarm_1_GetAlarms",
        outcomes=(NO, WHAT),
        reason="alerts of sensors and alarm clocks are no alerts of ours",
    ),
    Rule(
        source=Source.BFCL,
        action=r"get_pods|telemetry\..*|connect_to_server",
        outcomes=(NO, WHAT),
        reason="the state of one machine or interface, which we do not watch",
    ),
    Rule(
        source=Source.BFCL,
        outcomes=(NO,),
        reason="another application's function, for which we have no tool",
    ),
)

AZURE = (
    Rule(
        source=Source.AZURE,
        action=r"applens_resource_diagnose",
        outcomes=(_ask("service.health"), NO),
        reason="asks what is wrong with an app that it does not name; the set, too, expects a question",
    ),
    Rule(
        source=Source.AZURE,
        action=r"appservice_webapp_change-state",
        says=r"restart",
        outcomes=(_ask("service.restart"), NO),
        reason=_UNKNOWN_ORDER,
    ),
    Rule(
        source=Source.AZURE,
        action=r"compute_vmss_update",
        outcomes=(NO, _ask("service.scale")),
        reason="resizes a scale set, which is no service of ours; asking back is as good",
    ),
    Rule(
        source=Source.AZURE,
        action=r"monitor_metrics_query|sreagent_threads_investigate\w*",
        outcomes=(NO, _ask("metrics.signal"), _ask("service.health")),
        reason=_UNKNOWN_LOOK,
    ),
    Rule(
        source=Source.AZURE,
        action=r"monitor_metrics_definitions",
        outcomes=(NO, WHAT, _call("metrics.names")),
        reason="which metrics there are, of something we do not know",
    ),
    Rule(
        source=Source.AZURE,
        action=r"monitor_(resource|workspace)_log_query|deploy_app_logs_get|monitor_activitylog_list",
        outcomes=(NO, _ask("logs.search")),
        reason=_UNKNOWN_LOOK,
    ),
    Rule(
        source=Source.AZURE,
        action=r"resourcehealth_.*|insights_get",
        outcomes=(NO, WHAT, _call("status.digest"), _call("alerts.list")),
        reason="health of a subscription; our own digest comes closest",
    ),
    Rule(
        source=Source.AZURE,
        action=r"functionapp_get|appservice_webapp_get|compute_vm_get",
        says=r"(?i)\bstatus\b|\bdescribe\b|\bdetails\b|\binformation\b",
        outcomes=(NO, _ask("service.health"), _ask("service.describe")),
        reason=_UNKNOWN_LOOK,
    ),
    Rule(
        source=Source.AZURE,
        action=r"datadog_monitoredresources_list",
        outcomes=(NO, _call("targets.list"), _call("service.list"), WHAT),
        reason="what another product watches; what ours watches comes closest",
    ),
    Rule(
        source=Source.AZURE,
        outcomes=(NO,),
        reason="manages resources of a cloud, for which we have no tool",
    ),
)

RULES: tuple[Rule, ...] = (*HUBOT, *STACKSTORM, *GRAFANA, *KAGENT, *BFCL, *AZURE)
