"""The ids of texts: the same everywhere, and the same one by one and many at once."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_gui.engine.data.text_ids import RANGE, id_of, ids_of, words_of
from trainer_gui.engine.data.texts import counts_of_ids, ids_in

any_text = st.text(max_size=60) | st.text(alphabet="ab ,Ä!\n", max_size=60)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(any_text, max_size=12), length=st.integers(1, 400))
def test_that_many_texts_at_once_have_the_ids_that_each_has_alone(texts, length):
    found = ids_in(texts, length)
    assert found.shape == (len(texts), length)
    assert found.dtype == np.int32
    assert found.tolist() == [ids_of(each, length) for each in texts]


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(any_text, min_size=1, max_size=8))
def test_that_their_number_is_known_before(texts):
    counts = counts_of_ids(texts)
    assert counts.tolist() == [int(np.count_nonzero(ids_of(each, 2000))) for each in texts]


@settings(max_examples=100, deadline=None)
@given(any_text, st.integers(1, 50))
def test_that_a_shorter_list_is_the_beginning_of_a_longer_one(text, length):
    assert ids_of(text, 1000)[:length] == ids_of(text, length)
    assert all(0 <= each <= RANGE for each in ids_of(text, length))


def test_that_the_ids_never_change():
    # Trained models rest on these: a change would make every one of them wrong.
    assert ids_of("Good day, Straße", 12) == [
        156636521,
        1614724302,
        710980580,
        1024494458,
        1148421686,
        395752188,
        1294038380,
        629228624,
        229707544,
        342918951,
        2084234760,
        1766411779,
    ]


def test_that_letters_that_look_alike_are_the_same():
    assert ids_of("ﬁne ＣＡＦÉ", 100) == ids_of("FINE café", 100)
    assert words_of("It's 3,5 % – naïve!") == ["it", "'", "s", "3", ",", "5", "%", "–", "naïve", "!"]


def test_that_words_come_before_pairs_before_pieces():
    words, pair = ids_of("good day", 2), ids_of("good day", 3)[2]
    assert words == [id_of("<good>"), id_of("<day>")]
    assert pair not in (*words, 0)
    assert ids_of("day good", 3)[2] != pair
    assert ids_of("good day", 4)[3] == id_of("<go")


def test_that_nothing_has_no_ids():
    assert not ids_in(["", " \n\t"], 20).any()
