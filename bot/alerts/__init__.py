"""Alerts in: received, kept before anybody is answered, sorted into groups, and told to the incidents they became.

What may be said of them by people is `bot.alerts.desk`; whoever is to be called stands in `bot.alerts.calling`.
"""
