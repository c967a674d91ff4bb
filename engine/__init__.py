"""Make diagrams happen and remember it: a library without Flask, usable from a script or a test."""
