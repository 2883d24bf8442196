"""Requests per second of the server under 16 clients: decoded together, against one at a time.

Once with beam search, once with sampling and a seed of its own in each request.

    python benchmarks/serve.py [CHECKPOINT]

Both servers are `captionkit serve`, with --batch_size 16 and 1, on this machine and in turn, so that the ratio
means something where the figures alone do not. Without a checkpoint an untrained model of the default shape is
used, with 7,000 active tokens, whose captions are as long as they may be.
"""

import base64
import http.client
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

CLIENTS, ROUNDS, REQUESTS = 16, 3, 96


def untrained(path: Path) -> Path:
    """A checkpoint of the default model with random weights."""
    import torch

    from captionkit.data import Preprocess
    from captionkit.model import CaptionModel, ModelConfig, checkpoint_of, save_atomically

    torch.manual_seed(0)
    config = ModelConfig()
    save_atomically(
        checkpoint_of(CaptionModel(config, [*range(7000), config.end_id]), Preprocess(config.image_size)), path
    )
    return path


def request(seed: int, mode: str) -> bytes:
    """A request with a picture of its own."""
    pixels = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((640, 480)).save(buffer := io.BytesIO(), "JPEG")
    return json.dumps(
        {"image_base64": base64.b64encode(buffer.getvalue()).decode(), "caption_mode": mode, "seed": seed}
    ).encode()


def ask(port: int, bodies: list[bytes]) -> list[str]:
    """The captions of some requests, one after another on one connection."""
    connection, captions = http.client.HTTPConnection("127.0.0.1", port, timeout=300), []
    for body in bodies:
        connection.request("POST", "/caption", body, {"Content-Type": "application/json"})
        captions.append(json.load(connection.getresponse())["caption"])
    return captions


def requests_per_second(checkpoint: Path, mode: str, batch_size: int, port: int) -> tuple[float, list[str]]:
    """Under all clients at once, after a warm-up; and the captions."""
    bodies = [request(i, mode) for i in range(REQUESTS)]
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "captionkit",
            "serve",
            "--checkpoint",
            str(checkpoint),
            "--port",
            str(port),
            "--batch_size",
            str(batch_size),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        while server.poll() is None:
            try:
                ask(port, bodies[:1])
                break
            except OSError:
                time.sleep(0.2)
        else:
            sys.exit("the server has ended; its words are above")
        with ThreadPoolExecutor(CLIENTS) as pool:
            start = time.perf_counter()
            parts = list(pool.map(lambda i: ask(port, bodies[i::CLIENTS]), range(CLIENTS)))
            return REQUESTS / (time.perf_counter() - start), [caption for part in parts for caption in part]
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(sys.argv[1]) if len(sys.argv) > 1 else untrained(Path(folder) / "untrained.pt")
        for mode in ("consistent", "balanced_diverse"):
            ratios = []
            for i in range(ROUNDS):
                (together, captions), (alone, same) = (
                    requests_per_second(checkpoint, mode, size, 8790 + 2 * i + (size > 1)) for size in (16, 1)
                )
                ratios.append(together / alone)
                agree = sum(a == b for a, b in zip(captions, same))
                print(
                    f"{mode}: together {together:.1f} requests/s, one at a time {alone:.1f}: "
                    f"{ratios[-1]:.2f} times; {agree} of {len(same)} captions equal",
                    flush=True,
                )
            print(f"{mode}: median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
