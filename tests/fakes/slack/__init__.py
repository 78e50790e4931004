"""A Slack that behaves: what it takes, what it refuses, and how it repeats itself."""
