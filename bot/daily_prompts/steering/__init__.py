"""What therapists steer: a queue, prompts of their own, members' suggestions, swaps, skipped days and breaks."""
