"""All of it at once: the demo and the supervisor that keeps it together."""
