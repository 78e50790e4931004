"""The same stories, told on every chat: what each does is what docs/parity.md says."""
