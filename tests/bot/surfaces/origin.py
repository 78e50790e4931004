"""Where the application under test is reached."""

ORIGIN = "http://quarterdeck.test"
