"""A member's own pace: prompts by direct message at an hour of theirs, quiet hours, a pause. Nobody is told of it."""
