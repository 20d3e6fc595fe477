"""What therapists read without being paged: concerns, listed once a day."""
