"""From a message to what the screening says of it, with nothing overheard twice and no gap unnoticed."""
