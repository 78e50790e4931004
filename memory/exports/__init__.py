"""Parts of the log as files that prove their own completeness: written, read and checked. Secrets are no part."""
