"""OpenCV, or a DependencyError that says how to get one that works here.

Several distributions share the folder `cv2/`, the one installed last wins, and those with windows need libGL.
"""

from __future__ import annotations

import importlib
from typing import Any

from pipeline.errors import DependencyError

HEADLESS = "opencv-python-headless==4.10.0.84"


def load_cv2() -> Any:
    """The module `cv2`. Raises DependencyError where it is missing, or was built for a screen that is not there."""
    try:
        return importlib.import_module("cv2")
    except ImportError as error:
        reason = "OpenCV 需要本机没有的 libGL" if "libGL" in str(error) else "没有可用的 OpenCV"
        command = f"pip install --force-reinstall --no-deps {HEADLESS}"
        raise DependencyError(f"{reason}，无法处理图像：请运行 {command}") from error


cv2: Any = load_cv2()
