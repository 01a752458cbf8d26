"""The audit log: who did what, hash-chained per municipality, searchable and verifiable."""
