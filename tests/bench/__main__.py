"""`make bench [ARGS="qr card"]`: every module here with a `run()` prints its figures, one JSON line each.

`ARGS="cases=50000"`: another size than the module's own, where it has one.

The machine is noisy: trust ratios taken in one run, not milliseconds across runs.
"""

from __future__ import annotations

import json
import pkgutil
import sys
from importlib import import_module

import tests.bench


def main(wanted: list[str]) -> int:
    """Run the named benchmarks, all when none is named. Exit 1 for an unknown name."""
    known = [module.name for module in pkgutil.iter_modules(tests.bench.__path__) if not module.name.startswith("_")]
    sizes = {name: size for name, _, size in (word.partition("=") for word in wanted)}
    if unknown := set(sizes) - set(known):
        print(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(known)}", file=sys.stderr)
        return 1
    for name in sizes or known:
        module = import_module(f"tests.bench.{name}")
        if not hasattr(module, "run"):
            continue
        for figure in module.run(int(sizes[name])) if sizes.get(name) else module.run():
            print(json.dumps({"bench": name, **figure}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
