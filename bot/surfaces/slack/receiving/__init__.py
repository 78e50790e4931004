"""What comes from Slack: verified, kept, acknowledged, and only then worked on."""
