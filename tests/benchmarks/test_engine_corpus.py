"""The model's corpora: the same for everyone, and their questions meet what their kind promises."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.engine import corpus, sentences
from benchmarks.engine.document import KINDS, Document, Question, documents
from benchmarks.engine.table import FLOORS

SIZE = 1000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> corpus.Corpus:
    return corpus.write(tmp_path_factory.mktemp("corpus"), SIZE, "model")


@pytest.fixture(scope="module")
def found(made: corpus.Corpus) -> list[Document]:
    return list(_read(made))


def test_the_corpus_is_the_same_everywhere(made: corpus.Corpus) -> None:
    """Another digest: floors.json has to be measured anew, so change the model for a reason."""
    floors = json.loads(FLOORS.read_bytes())["engine"]
    assert floors[made.digest]["corpus"] == f"model {SIZE}"


def test_a_small_corpus_begins_a_large_one() -> None:
    assert list(sentences.lines(3)) == list(sentences.lines(5))[:3]


def test_another_seed_gives_other_documents() -> None:
    assert set(sentences.lines(20, 1)).isdisjoint(sentences.lines(20, 2))


def test_documents_have_their_own_id_and_an_aware_date(found: list[Document]) -> None:
    assert len({document.id for document in found}) == SIZE
    assert all(document.date.tzinfo for document in found)


def test_a_written_corpus_is_found_again(tmp_path: Path) -> None:
    first = corpus.write(tmp_path, 100, "model")
    assert first.path is not None
    written = first.path.stat().st_mtime_ns
    assert corpus.write(tmp_path, 100, "model") == first
    assert first.path.stat().st_mtime_ns == written


def test_a_streamed_corpus_is_not_the_written_one(tmp_path: Path) -> None:
    streamed, written = (make(tmp_path, 100, "model") for make in (corpus.streamed, corpus.write))
    assert streamed.path is None
    assert streamed.questions == written.questions
    assert streamed.digest != written.digest


def test_each_kind_has_its_questions(made: corpus.Corpus) -> None:
    counted = Counter(question.kind for question in made.questions)
    assert [counted[kind] for kind in KINDS] == [60, 60, 60, 100, 100, 60]
    assert len(set(made.questions)) == 440


def test_words_are_as_frequent_as_their_kind_says(
    made: corpus.Corpus, found: list[Document]
) -> None:
    have = Counter(word for document in found for word in set(_words(document)))
    shares = {
        kind: [have[question.text] / SIZE for question in made.questions if question.kind == kind]
        for kind in ("rare", "mid", "common")
    }
    assert max(shares["rare"]) <= 0.003
    assert min(shares["rare"]) >= 0.002
    assert min(shares["mid"]) > 0.003
    assert max(shares["mid"]) <= 0.05
    assert min(shares["common"]) > 0.05


def test_phrases_stand_in_a_document(made: corpus.Corpus, found: list[Document]) -> None:
    texts = [" ".join(_words(document)) for document in found]
    phrases = [question for question in made.questions if question.kind == "phrase"]
    assert all(_meets(question, texts) for question in phrases)


def _meets(question: Question, texts: list[str]) -> bool:
    return any(question.text.strip('"').lower() in text for text in texts)


def _words(document: Document) -> list[str]:
    return re.findall(r"\w+", document.body.lower())


def _read(made: corpus.Corpus) -> Iterator[Document]:
    assert made.path is not None
    with made.path.open("rb") as file:
        yield from documents(file)
