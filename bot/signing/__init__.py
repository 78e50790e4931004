"""The private key that signs the log: where it is kept, how it is read, and how another takes over from it.

What is wrong with a key stops start-up with `LogKeyWrong`. No message, log line or entry ever holds any of it.
"""
