"""Rows and state: what a step reads (`load`) and what it changes (`apply`)."""
