"""A finished run beside the reference, number by number: what is the same, what differs, and which step to look at."""
