"""The embedded interpreter: words to `Intent`, without a language model."""
