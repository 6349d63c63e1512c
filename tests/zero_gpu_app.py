"""Serves Noon as `app.py` does on a Space with ZeroGPU, without a GPU: a `ZeroGpuServer` lends one.

Where a lent GPU's process would turn to it, the package's emulation, which computes on the CPU, is kept on;
nor are the models' weights moved to the disk to be read from there by the GPU.
"""

import importlib

from noon_demo import __main__, spaces

prepare = spaces.prepare


def prepare_to_emulate() -> None:
    """Prepare, and have processes that are forked for a GPU do without one."""
    prepare()
    wrappers = importlib.import_module("spaces.zero.wrappers")
    submit = wrappers.ThreadPoolExecutor.submit

    def submit_emulated(pool, function, *args, **options):
        def run():
            if wrappers.forked:
                wrappers.torch.enter_mode()
            return function(*args, **options)

        return submit(pool, run)

    wrappers.ThreadPoolExecutor.submit = submit_emulated
    wrappers.torch.pack = lambda: 0
    for name in ("unpatch", "init", "move"):
        setattr(wrappers.torch, name, lambda *args, **options: None)


if __name__ == "__main__":
    spaces.prepare = prepare_to_emulate
    __main__.main()
