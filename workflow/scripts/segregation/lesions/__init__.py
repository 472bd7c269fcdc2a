"""Lesions of a layer: the engine that computes what they do, rankings of units, and which images are still named."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
