"""The imitated services, one file each. There is no list of them: every module with a ``SERVICE`` is served."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def found_services() -> list[Any]:
    """The classes of the imitated services, each made from a ``Stage``, in the order of the modules' names."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return [module.SERVICE for module in modules if hasattr(module, "SERVICE")]
