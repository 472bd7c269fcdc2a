from .content import gather as gather
from .page import render as render
