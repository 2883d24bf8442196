"""Agreement decoding: of several captions of a picture, the one on which the others agree most.

python results/photos/agreement.py CHECKPOINT DATA.json[,DATA.json] PICTURES[,PICTURES] [SAMPLES] [TEMPERATURE]

Candidates are five beams and so many samples; kept is the candidate with the highest mean CIDEr-D against the others
(minimum Bayes risk, Kumar & Byrne 2004). Document frequencies are counted over the candidates of all pictures, so that
no reference is seen. Printed: CIDEr and BLEU-4 of the first beam and of the chosen candidate, a paired bootstrap, and
milliseconds a picture.
"""

import sys
import time

import numpy as np
import torch

from captionkit.captioner import Captioner, batches
from captionkit.data import DataConfig, load_splits
from captionkit.decode import DecodeConfig, decode_tokens, generate
from captionkit.eval import paired_p, resampled
from captionkit.metrics import CiderD, DocumentFrequencies, cider_d, corpus_scores, image_scores, ptb_tokenize
from captionkit.scst import draw


def candidates(captioner, pictures, samples, temperature):
    """For each picture the texts of five beams and of its samples, and the seconds of both parts."""
    model, config = captioner.model, DecodeConfig("beam", beam_width=5, max_length=20)
    with torch.inference_mode():
        memory = captioner.memory(pictures)
        started = time.perf_counter()
        rows = [[captioner.text(h) for h in row] for row in generate(model, memory, config, 5)]
        beam = time.perf_counter() - started

        def choose(log_probs, step):
            return draw((log_probs / temperature).exp())

        ids, _, mask = decode_tokens(model, memory, samples, 20, choose)
        for row, own, counted in zip(rows, ids, mask, strict=True):
            row += [captioner.tokenizer.decode(i[m & (i != model.config.end_id)]).strip() for i, m in zip(own, counted)]
    return rows, beam, time.perf_counter() - started - beam


def agreed(rows):
    """The index of the caption of each picture on which the others agree most."""
    tokens = [[ptb_tokenize(text) for text in row] for row in rows]
    frequencies, scores = DocumentFrequencies.of(tokens, "candidates"), []
    for k in range(len(tokens[0])):
        others = CiderD({i: row[:k] + row[k + 1 :] for i, row in enumerate(tokens)}, frequencies)
        scores.append(cider_d(others, range(len(tokens)), [row[k] for row in tokens]))
    return np.argmax(scores, 0)


def main(checkpoint, data, pictures, samples=10, temperature=0.7):
    torch.manual_seed(0)
    captioner = Captioner.load(checkpoint, "cpu")
    config = DataConfig(captions=data.split(","), data_root=pictures.split(","))
    examples, rows, times = load_splits(config)["val"], [], np.zeros(3)
    for batch in batches(examples, 32):
        found, *seconds = candidates(captioner, [e.path for e in batch], int(samples), float(temperature))
        rows, times[:2] = rows + found, times[:2] + seconds
    started = time.perf_counter()
    chosen = agreed(rows)
    times[2] = time.perf_counter() - started
    references = {e.image_id: e.references for e in examples}
    systems = {"first beam": [row[0] for row in rows], "agreed": [row[k] for row, k in zip(rows, chosen, strict=True)]}
    draws = {}
    for name, texts in systems.items():
        parts = image_scores(references, dict(zip(references, texts, strict=True)))
        scores, draws[name] = corpus_scores(parts), resampled(parts)["CIDEr"]
        print(f"{name}: CIDEr {100 * scores['CIDEr']:.1f}, BLEU-4 {100 * scores['BLEU-4']:.1f}")
    print(f"p = {paired_p(*draws.values()):.3f}; another caption than the first beam in {np.mean(chosen > 0):.0%}")
    print("ms a picture: beams {:.0f}, samples {:.0f}, agreement {:.0f}".format(*1000 * times / len(examples)))


if __name__ == "__main__":
    main(*sys.argv[1:])
