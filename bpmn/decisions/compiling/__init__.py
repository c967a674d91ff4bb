"""The drawn model to closures: boxed expressions, functions, tables, types."""
