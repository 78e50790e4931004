"""What auditors and administrators do with the log: query, export, pack evidence, hold, retain and erase."""
