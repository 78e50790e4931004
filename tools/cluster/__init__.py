"""The one way to a Kubernetes API server, for every connector that needs one.

Built on the official client's asyncio half for credentials, TLS and transport; objects stay plain JSON, so that an
API server older or newer than the client is read all the same. Credentials never reach a message or a log.
"""
