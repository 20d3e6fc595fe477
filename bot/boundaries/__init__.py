"""Boundaries: what a group has agreed on is kept by kind private words, never by deleting or by public remarks."""
