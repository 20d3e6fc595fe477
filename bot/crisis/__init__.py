"""What happens when a message worries: screening, cases, pages, helplines."""
