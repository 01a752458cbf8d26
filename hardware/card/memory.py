"""No PIN, certificate or attribute in a core dump: neither written by the kernel nor piped to a crash handler.

RLIMIT_CORE 0 stops dump files; a handler named in kernel.core_pattern with a pipe ignores that limit, but not
PR_SET_DUMPABLE 0 (prctl(2), core(5)), which also keeps other processes of the same user from attaching.
"""

from __future__ import annotations

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4


def keep_out_of_dumps() -> None:
    """For this process from now on. Without Linux the limit alone holds."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
