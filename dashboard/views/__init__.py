"""What is on the pages: one view a module."""
