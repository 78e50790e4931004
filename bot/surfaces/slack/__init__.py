"""Slack: people talk to Quarterdeck in channels and messages, and decide on plans in the thread.

What lives here renders and receives; it decides nothing.
"""
