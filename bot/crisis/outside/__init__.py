"""Pages outside Discord: to a phone, a mail box or a pager."""
