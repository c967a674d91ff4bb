"""What whoever runs Laneway sees of it: logs, metrics and traces."""
