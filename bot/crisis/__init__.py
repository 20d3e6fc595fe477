"""Crisis care: from a sign of danger to a human being who has taken it on."""
