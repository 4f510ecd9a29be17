"""How this build is named, wherever it is written down who decided: version and digest of the core's sources."""

import trueman
from trueman import build


def this_build() -> str:
    return f"{trueman.__version__} {build.sources_digest()[:12]}"
