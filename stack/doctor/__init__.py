"""What is wrong with the system, and the cure: `python -m stack doctor`."""
