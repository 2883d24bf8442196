"""How fast do pictures become features, against torchvision's own network fed the same batch?

    python benchmarks/backbone.py [--device cuda] [--backbone efficientnet_b4] [--image_size 384] [--batch_size 32]

Same network, same weights, same precision (the device's fastest). On a CPU ours takes four pictures at a time, whose
activations stay in its caches. Both grids must agree.
"""

import argparse

import torch
import torchvision

from captionkit.features import autocast, choose_precision
from captionkit.model import Backbone, ModelConfig
from timing import best_time

ROUNDS = 3


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--device", default="cpu")
    options.add_argument("--backbone", default="efficientnet_b4")
    options.add_argument("--image_size", type=int, default=384)
    options.add_argument("--batch_size", type=int, default=32)
    options = options.parse_args()
    device = options.device
    torch.manual_seed(0)
    ours = Backbone(ModelConfig(backbone=options.backbone)).to(device)
    ours.freeze()
    theirs = getattr(torchvision.models, options.backbone)(weights=None).features[:-1].to(device).eval()
    theirs.load_state_dict(ours.features.state_dict())
    images = torch.randn(options.batch_size, 3, options.image_size, options.image_size, device=device)
    images = images.contiguous(memory_format=torch.channels_last)
    precision = choose_precision("auto", torch.device(device))
    with torch.inference_mode():
        torch.testing.assert_close(ours(images[:6]), theirs(images[:6]).flatten(2).mT, rtol=1e-3, atol=1e-3)
        with autocast(precision, device):
            our_time = best_time(lambda: ours(images), device, ROUNDS)
            their_time = best_time(lambda: theirs(images), device, ROUNDS)
    print(
        f"{device}, {precision}, {torch.get_num_threads()} threads, {options.backbone} at {options.image_size} px, "
        f"{options.batch_size} pictures: captionkit {options.batch_size / our_time:.1f}, torchvision "
        f"{options.batch_size / their_time:.1f} pictures/s: {their_time / our_time:.1f} times as fast"
    )


if __name__ == "__main__":
    main()
