"""Where a number belongs: carrier and province, in the numbering that the figures are kept in."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from common.errors import Sentence

REGION_BITS = 5
"""A place is `carrier << REGION_BITS | region`: it fits a byte."""

CARRIERS: "dict[int, Sentence]" = {
    0: pgettext_lazy("carrier", "Unknown"),
    1: _("China Mobile"),
    2: _("China Unicom"),
    3: _("China Telecom"),
    4: _("China Broadnet"),
}

# In the order of the codes of GB/T 2260; numbers are stored, so new ones go to the end.
REGIONS: "dict[int, Sentence]" = {
    0: pgettext_lazy("region", "Unknown"),
    1: _("Beijing"),
    2: _("Tianjin"),
    3: _("Hebei"),
    4: _("Shanxi"),
    5: _("Inner Mongolia"),
    6: _("Liaoning"),
    7: _("Jilin"),
    8: _("Heilongjiang"),
    9: _("Shanghai"),
    10: _("Jiangsu"),
    11: _("Zhejiang"),
    12: _("Anhui"),
    13: _("Fujian"),
    14: _("Jiangxi"),
    15: _("Shandong"),
    16: _("Henan"),
    17: _("Hubei"),
    18: _("Hunan"),
    19: _("Guangdong"),
    20: _("Guangxi"),
    21: _("Hainan"),
    22: _("Chongqing"),
    23: _("Sichuan"),
    24: _("Guizhou"),
    25: _("Yunnan"),
    26: _("Tibet"),
    27: _("Shaanxi"),
    28: _("Gansu"),
    29: _("Qinghai"),
    30: _("Ningxia"),
    31: _("Xinjiang"),
}


def place_of(carrier: int, region: int) -> int:
    return carrier << REGION_BITS | region


def carrier_of(place: int) -> int:
    return place >> REGION_BITS


def region_of(place: int) -> int:
    return place & (1 << REGION_BITS) - 1


def places_in(carriers: Iterable[int], regions: Iterable[int]) -> list[int]:
    """The places of any of the carriers in any of the regions; an empty list stands for all."""
    return [
        place_of(carrier, region)
        for carrier in list(carriers) or CARRIERS
        for region in list(regions) or REGIONS
    ]
