"""Benchmarks: what a page, a post and a vote cost, beside a bare route under the same server."""
