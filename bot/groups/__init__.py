"""A group: its server, channels, therapists and times."""
