"""How many threads and reading processes does a piece of work need, on a quiet and on a busy machine?

    python benchmarks/threads.py DATA [NAME ...] [--threads 1 2] [--workers 0 1 2] [--busy 0 1 2] [--spins 1000]

DATA is a folder of photographs with captions, a table or a Karpathy-style JSON. Each line is measured in a fresh
process beside so many busy ones, and printed as soon as it is known: wall and CPU seconds of one piece of work, and how
many cores everything else on the machine took meanwhile (0 where it was quiet).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, redirect_stdout
from functools import partial
from itertools import product
from pathlib import Path

from turns import cpu_seconds

PHOTOGRAPHS = Path(__file__).resolve().parent.parent / "images"
TRAIN = ["train", "--dummy", "--small", "--backbone_weights", "none", "--epochs", "1"]


def run_of(stage, settings, active):
    """Optimizer steps of a stage, for ever."""
    from captionkit.pipeline import begun
    from captionkit.run import epoch_plan, step_batches

    run = begun(stage, settings, active)
    for batches in step_batches(run, epoch_plan(run) * 1000):
        yield run.stage.step(run, batches)


def sample(data, folder, train, size):
    """So many training pictures in batches of `size`."""
    from captionkit.data import load_splits
    from captionkit.pipeline import write_sample

    return write_sample(load_splits(data), {"train": train, "val": 4}, folder / "sample.json", size)


def training(data, folder, workers, backbone="efficientnet_b1", **options):
    """Steps of 64 pictures with 5 captions, a frozen CNN and the 7,000 tokens of Flickr8k; the weights are random."""
    import torch
    from captionkit.model import CaptionModel
    from captionkit.settings import default_settings

    weights, data = folder / "backbone.pth", sample(data, folder, 128, 64)
    config = default_settings(backbone=backbone, data=data, save_dir=folder, num_workers=workers,
                              backbone_weights=str(weights), **options)  # fmt: skip
    torch.save(CaptionModel(config.model).backbone.state_dict(), weights)
    return run_of("train", config, range(7000))


def shapes(data, folder, workers):
    """Steps of the demo's little model: 16 drawn pictures at 96 px, from nothing, the CNN too."""
    from captionkit.cli import demo_settings
    from captionkit.data import make_synthetic
    from captionkit.settings import DemoOptions, with_options

    options = DemoOptions(folder)
    config = demo_settings(options, make_synthetic(folder / "drawn", 64, 4, size=96))
    return run_of("train", with_options(config, num_workers=workers), ())


def rewarded(data, folder, workers):
    """Self-critical steps of the built-in captioner with cached features, 32 pictures with 5 samples."""
    from captionkit.settings import default_scst_settings, with_options

    options = {"data": sample(data, folder, 64, 32), "save_dir": folder, "num_workers": workers, "batch_size": 32,
               "cache_features": True, "checkpoint": Path("photos")}  # fmt: skip
    return run_of("scst", with_options(default_scst_settings(), **options), ())


def captions(data, folder, workers, pictures):
    """Captions of so many photographs by the built-in captioner."""
    from captionkit.captioner import Captioner
    from captionkit.data import load_splits
    from captionkit.folders import caption_batches

    captioner = Captioner.load("photos", "cpu")
    paths = [str(example.path) for example in load_splits(data)["val"][:pictures]]
    while True:
        yield list(caption_batches(captioner, paths))


def shell(data, folder, workers, arguments, reads=False):
    """A whole command, from its start to its end."""
    arguments = [*arguments, "--threads", os.environ["OMP_NUM_THREADS"]]
    arguments += ["--num_workers", str(workers)] if reads else []
    while True:
        yield subprocess.run(
            [sys.executable, "-m", "captionkit", *arguments], cwd=folder, check=True, capture_output=True
        )


LITE = {"backbone": "efficientnet_lite1", "image_size": 240, "tap": "trunk2_head", "width": 256, "feed_forward": 1024,
        "encoder_layers": 3, "decoder_layers": 3}  # fmt: skip
DUMMY = ["train", "--dummy", "--small", "--backbone_weights", "none", "--image_size", "64", "--max_hours", "0"]
WORKS = {  # by name, with whether it reads pictures in other processes
    "dummy": (partial(shell, arguments=DUMMY, reads=True), True),
    "photo": (partial(shell, arguments=["caption", str(PHOTOGRAPHS / "coffee.jpg")]), False),
    "default": (partial(training, cache_features=True), False),
    "small": (partial(training, cache_features=True, **LITE), False),
    "live_lite1": (partial(training, **LITE), True),
    "live_b1": (training, True),
    "shapes": (shapes, True),
    "scst": (rewarded, False),
    "caption1": (partial(captions, pictures=1), False),
    "caption32": (partial(captions, pictures=32), False),
    "caption200": (partial(captions, pictures=200), False),
}


def everybodys():
    """CPU seconds of all processes of the machine."""
    import psutil

    times = psutil.cpu_times()
    return times.user + times.system + times.nice


def measure(name, data, workers, seconds):
    """Wall and CPU seconds of a piece, the mean over some seconds after the first piece."""
    from captionkit.session import find_data

    with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
        pieces = WORKS[name][0](find_data(data), Path(folder), workers)
        next(pieces)
        all_before, cpu, began, done = everybodys(), cpu_seconds(), time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            next(pieces)
            done += 1
        wall, everybody = time.perf_counter() - began, everybodys()
        pieces.close()  # now its workers have ended, too
    everybody = (everybody - all_before) / wall
    cpu = cpu_seconds() - cpu
    return {"wall": wall / done, "cpu": cpu / done, "others": everybody - cpu / wall}


def beside(name, threads, workers, busy, spins, arguments):
    """What `measure` says in a fresh process beside so many busy ones."""
    with ExitStack() as stack:
        for _ in range(busy):
            neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(neighbour.kill)
        command = [sys.executable, __file__, arguments.data, name, "--worker", "--workers", str(workers), "--seconds",
                   str(arguments.seconds)]  # fmt: skip
        environment = os.environ | {"OMP_NUM_THREADS": str(threads), "GOMP_SPINCOUNT": str(spins)}
        return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(WORKS))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--busy", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--spins", type=int, nargs="+", default=[1000], help="300000 without captionkit")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps(measure(arguments.names[0], arguments.data, arguments.workers[0], arguments.seconds)))
        return
    columns = ["work", "threads", "workers", "spins", "busy", "seconds", "CPU seconds", "others"]
    print("|", " | ".join(columns), "|\n" + "|---" * len(columns) + "|")
    for name in arguments.names or WORKS:
        many = arguments.workers if WORKS[name][1] else [0]
        for workers, threads, spins, busy in product(many, arguments.threads, arguments.spins, arguments.busy):
            found = beside(name, threads, workers, busy, spins, arguments)
            numbers = [f"{found['wall']:.3g}", f"{found['cpu']:.3g}", f"{found['others'] - busy:.2f}"]
            row = [f"`{name}`", threads, workers, spins, busy, *numbers]
            print("|", " | ".join(map(str, row)), "|", flush=True)


if __name__ == "__main__":
    main()
