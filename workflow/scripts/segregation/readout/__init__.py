"""What else is read from a network: decoding of new classes, and what its units prefer."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
