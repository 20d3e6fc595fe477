"""What people touch on Discord: each package translates one feature between Discord's events and its service."""
