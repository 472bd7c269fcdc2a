"""Rendered human heads: shape data, what belongs to a person, what changes from image to image, and their drawing."""
