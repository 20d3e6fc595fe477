"""Words, not code: every text that a member reads, by language."""
