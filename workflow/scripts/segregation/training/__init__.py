"""Training of a network, which goes on after a kill and ends with the same weights."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
