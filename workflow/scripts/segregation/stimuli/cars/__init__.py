"""Parametric cars: models that differ in body style, proportions and details, each seen in many paints."""
