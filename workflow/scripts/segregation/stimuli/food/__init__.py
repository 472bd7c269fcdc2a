"""Fruit and dishes, each prepared anew from primitives for every image."""
