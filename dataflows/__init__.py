"""The stream: events in, live viewer profiles out; read `live_viewers.py` first."""
