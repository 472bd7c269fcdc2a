"""From images on disk to a packed set: what a source offers, which of it a study takes, and packing."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
