from .lowlevel import match as match
from .lowlevel import measure as measure
from .register import SOURCES as SOURCES
from .rendering import contents as contents
from .rendering import image as image
from .rendering import render as render
