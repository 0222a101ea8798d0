"""All jobs: importing this module imports every module of the jobs room, so its tasks exist."""

from importlib import import_module
from pkgutil import walk_packages

from anju import jobs

for _found in walk_packages(jobs.__path__, f"{jobs.__name__}."):
    if "tests" not in _found.name.split("."):
        import_module(_found.name)
