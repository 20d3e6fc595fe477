"""Discord's documented limits, with Discord's own error bodies."""
