"""What Holdspace knows and decides; it never imports what people touch on Discord (cogs)."""
