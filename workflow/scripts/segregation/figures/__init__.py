"""Figures: one style, and panels that draw a table on axes."""
