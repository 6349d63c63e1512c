"""What happens in Noon, told once by the service, and who listens: metrics, the log, traces, `/health`."""
