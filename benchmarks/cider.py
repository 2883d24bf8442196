"""How much faster is our CIDEr-D than pycocoevalcap's on a self-critical training batch?

    python benchmarks/cider.py

64 images with 5 references and 5 samples each, idf from those references for both. Both scores must agree; what is
compared is the work of one training step, so our references are prepared beforehand, as they are in training.
"""
import random
import time

import numpy as np
from pycocoevalcap.cider.cider import Cider

from captionkit.metrics import CiderD, DocumentFrequencies, cider_d

IMAGES, REFERENCES, SAMPLES, ROUNDS = 64, 5, 5, 20


def best_time(work):
    """Seconds of the fastest of several rounds: the one least disturbed by others on the machine."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def main():
    rng = random.Random(0)
    words = [f"word{i}" for i in range(3000)]
    often = [1 / (i + 5) for i in range(len(words))]
    caption = lambda: rng.choices(words, often, k=rng.randint(8, 14))
    references = {i: [caption() for _ in range(REFERENCES)] for i in range(IMAGES)}
    ids = [i for i in references for _ in range(SAMPLES)]
    samples = [[w if rng.random() < 0.7 else rng.choice(words) for w in rng.choice(references[i])] for i in ids]

    # pycocoevalcap wants one key a candidate, and counts the idf over what it is given
    texts = {n: [" ".join(tokens) for tokens in references[i]] for n, i in enumerate(ids)}
    guesses = {n: [" ".join(tokens)] for n, tokens in enumerate(samples)}
    repeated = DocumentFrequencies.of(references[i] for i in ids)
    scorer = CiderD(references, repeated)

    theirs_time, theirs = best_time(lambda: Cider().compute_score(texts, guesses)[1])
    ours_time, ours = best_time(lambda: cider_d(scorer, ids, samples))
    assert np.abs(ours - theirs).max() < 1e-9, "the two do not agree"
    print(f"pycocoevalcap {1000 * theirs_time:.1f} ms, captionkit {1000 * ours_time:.2f} ms: {theirs_time / ours_time:.0f} times the throughput")


if __name__ == "__main__":
    main()
