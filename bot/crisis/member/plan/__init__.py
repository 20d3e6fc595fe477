"""A member's own safety plan."""
