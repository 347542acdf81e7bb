"""The pages that show who is watching now; run by `panel serve dashboard`."""
