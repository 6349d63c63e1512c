"""Serves Noon as `app.py` does on a Space with ZeroGPU, without a GPU: a `ZeroGpuServer` lends one.

Where a lent GPU's process would turn to it, the package's emulation, which computes on the CPU, is kept on.
The models' weights are written to the disk as there, but a lent GPU's process takes them from memory.
"""

import importlib

from noon_demo import __main__, spaces

prepare = spaces.prepare


def prepare_to_emulate() -> None:
    """Prepare, and have processes that are forked for a GPU do without one."""
    prepare()
    wrappers = importlib.import_module("spaces.zero.wrappers")
    patching = importlib.import_module("spaces.zero.torch.patching")
    submit, pack, weights = wrappers.ThreadPoolExecutor.submit, wrappers.torch.pack, []

    def submit_emulated(pool, function, *args, **options):
        def run():
            if wrappers.forked:
                wrappers.torch.enter_mode()
            return function(*args, **options)

        return submit(pool, run)

    def pack_and_keep():
        weights.extend(patching.cuda_aliases.items())
        return pack()

    def move(callback):
        for there, here in weights:
            patching.cuda_aliases[there] = here

    wrappers.ThreadPoolExecutor.submit = submit_emulated
    wrappers.torch.pack, wrappers.torch.move = pack_and_keep, move
    for name in ("unpatch", "init"):
        setattr(wrappers.torch, name, lambda *args: None)


if __name__ == "__main__":
    spaces.prepare = prepare_to_emulate
    __main__.main()
