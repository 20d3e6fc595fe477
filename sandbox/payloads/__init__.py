"""The world in Discord's own JSON shapes."""
