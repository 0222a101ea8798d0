"""The tools of `tools/`, loaded from their files: they are scripts and belong to no package."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def tool(name: str) -> ModuleType:
    """The module of `tools/<name>.py`."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    if str(TOOLS) not in sys.path:
        sys.path.append(str(TOOLS))  # a script sees the scripts beside it
    spec.loader.exec_module(module)
    return module
