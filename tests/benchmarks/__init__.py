"""How fast, how flat and how safe the flow is, beside others: `make bench`.

`python -m tests.benchmarks --help` tells how to run it. Everything is measured from
outside: the flow is a process between topics, and what it says of itself there is what
its users see. `cases` holds what is measured, `programs` what runs beside the flow.
"""
