"""What users bring, kind by kind: taken, or refused in one message."""
