from tests.api.conftest import _forgetful, shop

__all__ = ["_forgetful", "shop"]
