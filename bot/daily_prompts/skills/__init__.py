"""Exercises as data, a step at a time, and a member's own toolbox of those that help."""
