"""Programs that the settings allow to be run."""
