"""The hands of Quarterdeck, and the lock on them: capabilities, policy, gate and connectors."""
