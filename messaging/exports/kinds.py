"""Which source fills which kind of export."""

from messaging.models import Export

from .details import Details
from .failed_numbers import FailedNumbers
from .slices import Source
from .statistics import Statistics

SOURCES: dict[str, Source] = {
    Export.Kind.DETAILS: Details(),
    Export.Kind.STATISTICS: Statistics(),
    Export.Kind.FAILED_NUMBERS: FailedNumbers(),
}
