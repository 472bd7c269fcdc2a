from .loop import train as train
from .optimisation import Optimisation as Optimisation
