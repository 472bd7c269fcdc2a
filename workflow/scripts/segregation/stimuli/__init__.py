"""Rendered images: heads, objects, cars and food, each image a pure function of source, class, index, seed and size."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
