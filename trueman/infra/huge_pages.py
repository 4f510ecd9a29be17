"""Memory in large pages for the core, whose arenas are wide and looked into at random.

With pages of 4 kB the processor looks a second time into memory to learn where most words of an arena lie, and the
kernel is asked for every page of one that grows. The allocator asks for pages of 2 MB only when it was told so before
the process began; so the process begins again, at once and as itself.

Below 2 MB nothing that the allocator asks the kernel for by itself gets a large page. So it is told to keep what is
below 32 MB together, as it decides by itself once it has let go of something as large, and to give back what is more.
"""

import os
import sys
from typing import Final

TUNABLES: Final = "GLIBC_TUNABLES"
HUGE_PAGES: Final = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=67108864"


def begin_again_with_huge_pages() -> None:
    """Nothing happens where the allocator is another, or whoever began the process has chosen for it."""
    if sys.platform != "linux" or TUNABLES in os.environ:
        return
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, TUNABLES: HUGE_PAGES})
