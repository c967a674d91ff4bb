"""Connectors: how service tasks call other systems, each call governed per target system.

A service task that names a connector becomes a job whose handler is ``connector:NAME``; `calling`
runs it: secrets, schema, contract, governance, the call, and what its answer means.
"""
