"""What every step needs: one message for bad input, whole files, states, limits, hashes, named random generators."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
