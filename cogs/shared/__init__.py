"""What several features need on Discord: safe views, delivery errors, a private word to a member."""
