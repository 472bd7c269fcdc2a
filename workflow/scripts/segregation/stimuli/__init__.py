"""Rendered images of heads and objects, made by one renderer under one distribution of cameras and lights."""
