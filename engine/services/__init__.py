"""What runs outside a step: handlers by name, and who is told of changes."""
