"""What is known of alerts, from every system that knows of them.

Prometheus knows which alerts wait, Alertmanager which are silenced, and both which fire. They do not know each
other; the hand that asks them all lives here, and says which of them it could not reach.
"""

from tools.alerts.alert import Alert, AlertLabels, AlertSource, AlertState, Seen
from tools.alerts.listing import AlertsList, alert_evidence

__all__ = ["Alert", "AlertLabels", "AlertSource", "AlertState", "AlertsList", "Seen", "alert_evidence"]
