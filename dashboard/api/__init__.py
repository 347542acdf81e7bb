"""What programs read of the dashboard's server: /api, /ws and /metrics."""
