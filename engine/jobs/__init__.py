"""Jobs: due, claimed, run, repeated, given up."""
