"""What changes the world, whoever does it: each act checks rights, changes and lets it be known."""
