"""What one photograph costs with the built-in captioner: loading, milliseconds by part, memory.

    python benchmarks/photos.py [--checkpoint photos] [--rounds 30] [--threads 2]

In a fresh process, in float32, for each photograph of `images/` in turn, as a person meets it: one picture, mode
consistent. The caption made of the parts must be that of `Captioner.caption`, which is timed as a whole. `ru_maxrss`
is the peak of the whole process, Python and PyTorch included; the part before loading is named too.
"""

import argparse
import resource
import statistics
import time
from pathlib import Path

import torch

from captionkit import Captioner
from captionkit.data import open_image
from captionkit.decode import generate, mode_config

PHOTOGRAPHS = sorted(Path(__file__).resolve().parent.parent.joinpath("images").glob("*.jpg"))


def peak():
    """The largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@torch.inference_mode()
def by_parts(captioner, path):
    """The caption, and the seconds of reading, CNN, encoder and decoding."""
    model, times = captioner.model, [time.perf_counter()]
    image = captioner.preprocess(captioner.preprocess.resize(open_image(path)))[None]
    times.append(time.perf_counter())
    features = model.backbone(image)
    times.append(time.perf_counter())
    memory = model.encode(features=features)
    times.append(time.perf_counter())
    [[best, *_]] = generate(model, memory, mode_config("consistent"))
    times.append(time.perf_counter())
    return captioner.text(best), [after - before for before, after in zip(times, times[1:], strict=False)]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--checkpoint", default="photos")
    options.add_argument("--rounds", type=int, default=30)
    options.add_argument("--threads", type=int, default=2)
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    before, start = peak(), time.perf_counter()
    captioner = Captioner.load(options.checkpoint, device="cpu")
    loading = time.perf_counter() - start
    start = time.perf_counter()
    captioner.caption(PHOTOGRAPHS[0])
    first = time.perf_counter() - start
    whole, parts = [], []
    for path in PHOTOGRAPHS * options.rounds:
        start = time.perf_counter()
        caption = captioner.caption(path)
        whole.append(1000 * (time.perf_counter() - start))
        text, seconds = by_parts(captioner, path)
        assert text == caption, (text, caption)
        parts.append(seconds)
    sums = [sum(column) for column in zip(*parts, strict=True)]
    names = ("reading", "CNN", "encoder", "decoding")
    shares = ", ".join(f"{name} {part / sum(sums):.0%}" for name, part in zip(names, sums, strict=True))
    p50, p95 = statistics.median(whole), statistics.quantiles(whole, n=20)[-1]
    print(
        f"{options.threads} threads, float32: loaded in {loading:.2f} s, first caption after {1000 * first:.0f} ms\n"
        f"a photograph in {p50:.0f} ms (p50), {p95:.0f} ms (p95) of {len(whole)}: {shares}\n"
        f"{peak():.0f} MB at most, {before:.0f} of them before loading"
    )


if __name__ == "__main__":
    main()
