"""Audit (監査ログ): an append-only record of who did what to which thing."""
