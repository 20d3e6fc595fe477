"""Matches a lexicon's patterns against words, in linear time and counted steps."""
