"""The voice: what is said aloud becomes words and nothing more, and answers are said as people say them."""
