"""How fast are a training step and beam search, against the same model built from Hugging Face's parts?

    python benchmarks/hugging_face.py [--device cuda] [--layers 3] [--width 256]

Both have the same GPT-2 decoder with cross-attention and the same weights, on the same memory of 49 cells. A training
step is 16 pictures with 5 captions each, forward and backward: ours lets the captions share one memory and scores the
active tokens in slices, theirs repeats the memory and scores the whole vocabulary. Beam search is 16 pictures, 3 beams,
20 tokens. Both run in float32, and both losses must agree where both score the whole vocabulary.
"""

import argparse

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from captionkit.decode import DecodeConfig, beam_search
from captionkit.model import CaptionModel, ModelConfig, copy_gpt2
from captionkit.train import CaptionLoss
from timing import best_time

PICTURES, CAPTIONS, TOKENS, CELLS, ACTIVE, ROUNDS = 16, 5, 16, 49, 7000, 5


def twins(width, layers, device):
    """The same decoder twice."""
    torch.manual_seed(0)
    theirs = GPT2LMHeadModel(
        GPT2Config(
            n_positions=64,
            n_embd=width,
            n_layer=layers,
            n_head=8,
            n_inner=4 * width,
            add_cross_attention=True,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            pad_token_id=50256,
        )
    )
    config = ModelConfig.small(
        width=width, decoder_layers=layers, feed_forward=4 * width, dropout=0.0, image_size=224, tap="trunk"
    )
    ours = CaptionModel(config)
    assert ours.grid == [7, 7]
    fresh = copy_gpt2(ours.decoder, theirs.state_dict())
    assert not fresh, fresh
    return ours.to(device), theirs.to(device)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--device", default="cpu")
    options.add_argument("--width", type=int, default=256)
    options.add_argument("--layers", type=int, default=3)
    options = options.parse_args()
    device = options.device
    ours, theirs = twins(options.width, options.layers, device)
    memory = torch.randn(PICTURES, CELLS, options.width, device=device)
    captions = torch.randint(0, ACTIVE, (PICTURES, CAPTIONS, TOKENS), device=device)
    labels = captions.roll(-1, dims=-1)
    loss = CaptionLoss(ours)
    ours.encode = lambda images=None, features=None: features  # the decoder is what is compared

    weights = torch.ones(PICTURES, CAPTIONS, device=device)
    batch = {"features": memory, "input_ids": captions, "labels": labels, "weights": weights}
    repeated = memory.repeat_interleave(CAPTIONS, 0)

    def their_loss():
        logits = theirs(captions.flatten(0, 1), encoder_hidden_states=repeated).logits
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum")

    torch.testing.assert_close(loss(batch)[0], their_loss(), rtol=1e-4, atol=1e-2)
    ours.set_active([*range(ACTIVE), 50256])
    step = best_time(lambda: loss(batch)[0].backward(), device, ROUNDS)
    their_step = best_time(lambda: their_loss().backward(), device, ROUNDS)

    decode = DecodeConfig("beam", beam_width=3, max_length=20)
    start = torch.full((PICTURES, 1), 50256, device=device)
    settings = dict(
        attention_mask=torch.ones_like(start), num_beams=3, max_new_tokens=20, do_sample=False, use_cache=True
    )
    search = best_time(lambda: beam_search(ours, memory, decode), device, ROUNDS)
    with torch.no_grad():
        their_search = best_time(
            lambda: theirs.generate(start, encoder_hidden_states=memory, **settings), device, ROUNDS
        )
    print(f"{device}, width {options.width}, {options.layers} layers, {torch.get_num_threads()} threads")
    for work, our_time, their_time in (("training step:", step, their_step), ("beam search:", search, their_search)):
        print(
            f"{work:14} captionkit {1000 * our_time:.0f} ms, Hugging Face {1000 * their_time:.0f} ms: "
            f"{their_time / our_time:.1f} times as fast"
        )


if __name__ == "__main__":
    main()
