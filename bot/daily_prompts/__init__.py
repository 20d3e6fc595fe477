"""What members meet every day: a library of prompts, its rotation and its schedule."""
