"""Prints how well texts are told apart, ours beside hashed words and logistic regression from scikit-learn.

The texts are made here, and not easy: topics share most of their words, the word that decides may be negated,
misspelt or in another place, some labels are wrong, and one set is in several scripts. Both learn from the
same rows and are judged on the same others.

    python -m tests.benchmarks.texts [--rows 3000]
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

Texts = tuple[list[str], list[str]]

_VOWELS, _CONSONANTS = "aeiou", "bcdfghklmnprstvw"


def _word(draw: random.Random) -> str:
    return "".join(draw.choice(_CONSONANTS) + draw.choice(_VOWELS) for _ in range(draw.randint(2, 4)))


def _slip(word: str, draw: random.Random) -> str:
    place = draw.randrange(len(word))
    return word[:place] + draw.choice(_VOWELS + _CONSONANTS) + word[place + 1 :]


def topics(rows: int, seed: int) -> Texts:
    """Five topics over a common vocabulary with a long tail; each prefers some words; 5 % are mislabelled."""
    draw = random.Random(seed)
    fixed = random.Random(1)
    words = sorted({_word(fixed) for _ in range(4000)})
    share = [1 / (rank + 3) for rank in range(len(words))]
    liked = {topic: fixed.sample(words, 160) for topic in ("sport", "money", "health", "music", "travel")}
    texts, labels = [], []
    for _ in range(rows):
        topic = draw.choice(list(liked))
        usual = draw.choices(words, share, k=draw.randint(15, 60))
        own = [draw.choice(liked[topic]) for _ in range(draw.randint(1, 5))]
        other = [draw.choice(liked[draw.choice(list(liked))]) for _ in range(2)]
        mixed = [_slip(each, draw) if draw.random() < 0.08 else each for each in (*usual, *own, *other)]
        draw.shuffle(mixed)
        texts.append(" ".join(mixed))
        labels.append(draw.choice(list(liked)) if draw.random() < 0.05 else topic)
    return texts, labels


def moods(rows: int, seed: int) -> Texts:
    """Praise and blame, 40 % of it by saying the opposite with a negation before it, in long remarks."""
    draw = random.Random(seed)
    fixed = random.Random(2)
    good, bad, filler = ([_word(fixed) for _ in range(count)] for count in (60, 60, 600))
    texts, labels = [], []
    for _ in range(rows):
        likes, negated = draw.random() < 0.5, draw.random() < 0.4
        word = draw.choice(good if likes != negated else bad)
        said = f"not {word}" if negated else word
        around = draw.choices(filler, k=draw.randint(6, 25))
        around.insert(draw.randrange(len(around)), said)
        if draw.random() < 0.3:
            around.insert(draw.randrange(len(around)), "not")
        texts.append(" ".join(_slip(each, draw) if draw.random() < 0.03 else each for each in around))
        labels.append("likes" if likes else "dislikes")
    return texts, labels


def scripts(rows: int, seed: int) -> Texts:
    """Three subjects, each told by words of five scripts, one of them without blanks between words."""
    draw = random.Random(seed)
    fixed = random.Random(3)
    starts = (0x0430, 0x03B1, 0x05D0, 0x0627, 0x4E00)
    lexicon = {
        subject: [
            "".join(chr(start + fixed.randrange(24)) for _ in range(3)) for start in starts for _ in range(25)
        ]
        for subject in ("a", "b", "c")
    }
    common = [
        "".join(chr(start + fixed.randrange(24)) for _ in range(4)) for start in starts for _ in range(60)
    ]
    texts, labels = [], []
    for _ in range(rows):
        subject = draw.choice("abc")
        words = [draw.choice(lexicon[subject]) for _ in range(3)] + draw.choices(common, k=20)
        words.append(draw.choice(lexicon[draw.choice("abc")]))
        draw.shuffle(words)
        texts.append("".join(w if w >= "\u4e00" else f" {w} " for w in words))
        labels.append(subject)
    return texts, labels


def by_trainer(train: Texts, test: Texts) -> float:
    """Our usual choice for a table of texts, as a person gets it."""
    from trainer_gui.engine.control import Control
    from trainer_gui.engine.predict import open_model, predict
    from trainer_gui.engine.recipe import Choices, resolve
    from trainer_gui.engine.run import train as learn
    from trainer_gui.engine.sources import open_data

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.csv"
        pd.DataFrame({"text": train[0], "topic": train[1]}).to_csv(path, index=False)
        dataset = open_data(path)
        recipe = resolve(dataset, Choices(target="topic", split=(("test_share", 0.0),)))
        run, events = learn(recipe, Control(), path=Path(folder) / "run", dataset=dataset)
        for _ in events:
            pass
        found = predict(open_model(run), pd.DataFrame({"text": test[0]})).values
    return float((found == np.array(test[1])).mean())


def by_sklearn(train: Texts, test: Texts) -> float:
    """Hashed words and pairs of words, and logistic regression."""
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(HashingVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=300, C=10))
    model.fit(*train)
    return float(model.score(*test))


def main() -> int:
    """Learns every set with both, prints accuracy and seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=3000, help="texts to learn from")
    rows = parser.parse_args().rows
    sets: dict[str, Callable[[int, int], Texts]] = {"topics": topics, "moods": moods, "scripts": scripts}
    print(f"{'':10}{'ours':>8}{'scikit-learn':>14}{'seconds':>9}{'':>2}{'seconds':>9}")
    behind = 0.0
    for name, make in sets.items():
        train, test = make(rows, 10), make(2000, 11)
        times, scores = [], []
        for learner in (by_trainer, by_sklearn):
            began = time.perf_counter()
            scores.append(learner(train, test))
            times.append(time.perf_counter() - began)
        behind = max(behind, scores[1] - scores[0])
        print(f"{name:10}{scores[0]:>8.3f}{scores[1]:>14.3f}{times[0]:>9.1f}{'':>2}{times[1]:>9.1f}")
    return 0 if behind < 0.02 else 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["TRAINER_GUI_HOME"] = home
        raise SystemExit(main())
