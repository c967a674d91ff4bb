"""What a diagram means: load, validate, evaluate. A pure library: no database, no clock."""
