from .lesion import lesion as lesion
from .main import main as main
from .settings import Settings as Settings
