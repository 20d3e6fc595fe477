"""Whether a group's alarm is set up: what it takes, who confirmed it, test pages and the weekly drill."""
