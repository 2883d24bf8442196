"""How much faster is our CIDEr-D than pycocoevalcap's on a self-critical training batch?

    python benchmarks/cider.py

64 images with 5 references and 5 samples each, idf from those references for both. Both scores must agree; what is
compared is the work of one training step, so our references are prepared beforehand, as they are in training.
"""

import random

import numpy as np
from pycocoevalcap.cider.cider import Cider

from captionkit.metrics import CiderD, DocumentFrequencies, cider_d
from timing import best_time

IMAGES, REFERENCES, SAMPLES, ROUNDS = 64, 5, 5, 20


def main():
    rng = random.Random(0)
    words = [f"word{i}" for i in range(3000)]
    often = [1 / (i + 5) for i in range(len(words))]
    references = {
        i: [rng.choices(words, often, k=rng.randint(8, 14)) for _ in range(REFERENCES)] for i in range(IMAGES)
    }
    ids = [i for i in references for _ in range(SAMPLES)]
    samples = [[w if rng.random() < 0.7 else rng.choice(words) for w in rng.choice(references[i])] for i in ids]

    # pycocoevalcap wants one key a candidate, and counts the idf over what it is given
    texts = {n: [" ".join(tokens) for tokens in references[i]] for n, i in enumerate(ids)}
    guesses = {n: [" ".join(tokens)] for n, tokens in enumerate(samples)}
    repeated = DocumentFrequencies.of(references[i] for i in ids)
    scorer = CiderD(references, repeated)

    def theirs():
        return Cider().compute_score(texts, guesses)[1]

    def ours():
        return cider_d(scorer, ids, samples)

    assert np.abs(ours() - theirs()).max() < 1e-9, "the two do not agree"
    their_time, our_time = best_time(theirs, rounds=ROUNDS), best_time(ours, rounds=ROUNDS)
    print(
        f"pycocoevalcap {1000 * their_time:.1f} ms, captionkit {1000 * our_time:.2f} ms: "
        f"{their_time / our_time:.0f} times the throughput"
    )


if __name__ == "__main__":
    main()
