"""The lexicon as data: what a clinician writes, read and checked."""
