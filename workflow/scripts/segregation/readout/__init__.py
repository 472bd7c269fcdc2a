"""What networks know and filters prefer, read out of their activations without lesions."""
