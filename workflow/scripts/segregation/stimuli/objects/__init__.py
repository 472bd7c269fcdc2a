"""Categories of everyday objects, each drawn anew from primitives for every image."""
