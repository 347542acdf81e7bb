"""Start things: services, topics, a simulated crowd, recorded events, the demo."""
