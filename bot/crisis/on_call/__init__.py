"""Who is on call: weekly shifts, what changes them, and whom a step of the chain reaches at a moment."""
