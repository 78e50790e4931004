"""The formats of the transparency log, pure: bytes and values in, bytes and values out.

Hashing is RFC 6962's; tiles, notes, checkpoints, cosignatures, proofs and the witness protocol are the C2SP
specifications of those names. Each value has one written form, and only that form is read. Nothing here keeps,
fetches or dates anything, and nothing is needed beside the standard library, `cryptography` and `memory.errors`.
"""
