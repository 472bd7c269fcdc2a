"""The study as a whole: its configuration, the code behind its rules, its record, and what would fail before it starts."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
