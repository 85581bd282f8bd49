"""Settings of SMS Console: framework, security, product. One environment, read in one place."""

from .framework import *
from .product import *
from .security import *
