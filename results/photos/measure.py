"""Two measures of result files that the package does not have, for the model card.

python results/photos/measure.py DATA.json[,DATA.json] PICTURES[,PICTURES] [RESULTS.json ...]

The main thing named: of the pictures for which at least three people use the same noun, the share in which a caption
has one of these nouns. Words are compared by their stems, as in `unsupported_words`. A noun is a content word that is
not in the list below, which was made by hand from all 973 words that three people share on the 1,629 validation
pictures of Flickr8k and COCO. The person's row is the first caption of each picture against the others, of which again
at least three must use the noun.

Man and woman exchanged: of the pictures of which all people who say say man (boy, he, ...), the share in which the
caption says woman (girl, she, ...) and no word of the other kind; and the other way round.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from nltk.stem import PorterStemmer

from captionkit.data import DataConfig, load_splits
from captionkit.metrics import FUNCTION_WORDS, ptb_tokenize

NO_NOUNS = set(
    "black white red standing playing running holding blue riding brown wearing jumping walking young jumps little "
    "stand front large pink looking walk green stands flying walks runs eating play living climbing holds sitting sit "
    "sits take taking racing smiling under parked run snowy small catch swimming doing laying rides shaking outside "
    "pulling throwing carrying plays watching wooden hanging sleeping driving talking grassy dressed kissing hits "
    "climb colorful chasing ride watch double it old high catching serve lays drinking striped kicking covered "
    "background looks skating blonde diving climbs fishing german pose surrounded different eats flies fly perched "
    "colored reading takes talks dark getting pushing lying painted catches feeding performing something smiles "
    "stuffed smoking rolling throws wrestle waiting tackling blond shopping six crossing splashing leaps american "
    "purple posing buried grey bathing reaches drying mounted cloudy using framed hit decorated followed curled "
    "punching lay herding swinging long customized open helping drawn packed gets ready handing snuggling enclosed "
    "towed asleep herded drives inside overhead batting typing brushing writing singing spraying hugging surprised "
    "bowling chinese armenian aiming cry wait squat talk hitting gathered stretch says reaching hugs free crying naked "
    "bathe attack helps wrestling jogs kick eat rollerblading jogging tagged feeds stretching blows swim wet biting "
    "rolled read falling bending bald dry biking crawls punches pointing asian sleeps working reads swims snowboarding "
    "spelling impeach sewing bite human played plastic scaling guarding gives smelling falls sprays bitten pull shoots "
    "treat themselves dance fake covering attached kayaking blowing teenage top side back middle midst next behind "
    "across along outside upside backward group couple pair bunch row lot set american african crowded plaid "
    "political main melting skiing surfing skateboarding orange overhead shot".split()
)
MEN = set("man men boy boys guy guys he his him male gentleman gentlemen groom cowboy policeman father".split())
WOMEN = set("woman women girl girls lady ladies she her hers female bride mother cheerleader".split())


def stem(word):
    return PorterStemmer().stem(word)


NO_NOUN_STEMS = {stem(word) for word in NO_NOUNS | FUNCTION_WORDS}


def main_nouns(references):
    """The stems of the nouns that at least three of the captions have."""
    counts = Counter(s for text in references for s in {stem(word) for word in ptb_tokenize(text)})
    return {s for s, count in counts.items() if count >= 3 and s not in NO_NOUN_STEMS}


def named(captions, examples):
    """Of the pictures that have a main noun, the share in which it is named; and how many these are."""
    hits = []
    for example in examples:
        nouns = main_nouns(example.references)
        if nouns:
            hits.append(bool(nouns & {stem(word) for word in ptb_tokenize(captions[example.image_id])}))
    return sum(hits) / len(hits), len(hits)


def sex(words):
    """Whether the words speak of men, of women, of both or of neither."""
    return "m" * bool(MEN & set(words)) + "w" * bool(WOMEN & set(words))


def exchanged(captions, examples):
    """(wrong, said, pictures) of the pictures on whose sex the people agree, for men and for women."""
    found = {}
    for truth, other in (("m", "w"), ("w", "m")):
        of = [e for e in examples if "".join(sorted({sex(ptb_tokenize(t)) for t in e.references} - {""})) == truth]
        said = [sex(ptb_tokenize(captions[e.image_id])) for e in of]
        found[truth] = said.count(other), len(said) - said.count(""), len(of)
    return found


def main(data, pictures, *results):
    config = DataConfig(captions=data.split(","), data_root=pictures.split(","))
    examples = [e for e in load_splits(config)["val"] if len(e.references) > 2]
    rows = {"a person": {e.image_id: e.references[0] for e in examples}}
    for file in results:
        rows[file] = {row["image_id"]: row["caption"] for row in json.loads(Path(file).read_text(encoding="utf-8"))}
    for name, captions in rows.items():
        own = [e for e in examples if e.image_id in captions]
        others = [type(e)(e.image_id, e.path, e.captions, e.references[1:]) for e in own] if name == "a person" else own
        share, of = named(captions, others)
        print(f"{name}: main noun named in {share:.1%} of {of}")
        for kind, (wrong, said, pictures) in exchanged(captions, others).items():
            print(f"    {pictures} pictures of {kind}: a sex is named in {said}, the wrong one in {wrong}")


if __name__ == "__main__":
    main(*sys.argv[1:])
