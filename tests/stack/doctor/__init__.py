"""The doctor, a check at a time."""
