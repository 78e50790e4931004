"""HTTP requests that the settings allow."""
