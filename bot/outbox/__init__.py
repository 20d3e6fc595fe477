"""What must reach a person: written with its cause, sent until somebody else's machine confirms it."""
