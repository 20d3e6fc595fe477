"""Interactions: what a person uses, what the bot answers, and by when."""
