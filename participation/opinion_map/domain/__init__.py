"""The computing core: reading votes, the two models, groups and their stability, statistics of statements."""
