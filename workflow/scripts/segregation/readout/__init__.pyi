from .decoding import decode as decode
from .preferred import share_own as share_own
from .preferred import strongest as strongest
from .preferred import synthesise as synthesise
