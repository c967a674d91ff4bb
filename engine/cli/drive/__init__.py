"""`laneway drive`: an engine on a virtual clock that any language can drive by JSON lines."""
