"""Other programs on the same topic; each prints `processed=N ts=T` now and then."""
