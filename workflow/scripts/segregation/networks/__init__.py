"""Networks: their architectures, fresh, given and saved ones, and their graphs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
