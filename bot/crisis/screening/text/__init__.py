"""From any text to plain words that still know their place in it."""
