"""From the table of responses to numbers with intervals: drops, indices, bootstraps, nulls, claims."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
