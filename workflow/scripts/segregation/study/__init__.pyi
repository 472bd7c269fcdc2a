from .configuration import check as check
from .configuration import drop_nulls as drop_nulls
from .crate import study_crate as study_crate
from .preflight import inspect as inspect
from .provenance import fingerprint as fingerprint
from .record import versions as versions
