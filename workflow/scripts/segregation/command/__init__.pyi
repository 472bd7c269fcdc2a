from .entry import main as main
from .running import lesion as lesion
from .settings import Settings as Settings
