"""Read-only questions: SQL in, frozen dataclasses out; permission and tenant are part of the SQL.

`engine.queries.reader.Reading` gives them to `engine.core.Engine` as methods.
"""
