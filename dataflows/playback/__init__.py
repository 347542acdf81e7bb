"""The pure core: what events mean, without engine, clock or input and output."""
