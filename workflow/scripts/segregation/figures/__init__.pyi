from .style import colour as colour
from .style import export as export
