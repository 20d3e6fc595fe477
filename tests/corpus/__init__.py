"""Short invented messages with which the crisis screener is checked; see README.md first."""
