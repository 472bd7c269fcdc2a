from .choosing import choose as choose
from .offers import Offer as Offer
from .packing import pack as pack
from .register import SOURCES as SOURCES
from .selection import Chosen as Chosen
from .selection import select as select
