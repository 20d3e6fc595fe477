"""Measurements: `python -m bench [NAME ...]` runs the modules here and prints what they measured. It judges nothing."""
