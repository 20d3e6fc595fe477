"""What members do with a prompt: answer it for whom they choose, read along, keep it for later, rest a topic."""
