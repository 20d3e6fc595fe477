"""The schema's history. A new step is written by: python -m bot.storage.migrations NUMBER_NAME."""
