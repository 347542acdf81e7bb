"""What the topics and tables hold, as pandas DataFrames: the notebooks' way in."""
