from .compare import compare as compare
from .studies import Studies as Studies
