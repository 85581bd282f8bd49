"""Find listed words in a text, however they are typed: wide, in capitals, with blanks put in."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class WordHit:
    """A listed word and where it stands in the text as it was typed."""

    word: str
    start: int
    end: int


class WordMatcher:
    """Finds any of many words in a text; made once, used many times, safe between threads.

    Full-width and half-width forms, capitals and small letters are the same, and blanks or
    invisible characters between the characters of a word do not hide it. A word that begins or
    ends with a Latin letter or a digit is found only where no other letter, or no other digit,
    adjoins it: `POS` not in `deposit`.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words: dict[str, list[str]] = defaultdict(list)
        lengths: dict[str, set[int]] = defaultdict(set)
        for word in words:
            folded = "".join(map(_folded, word))
            if folded:
                self._words[folded].append(word)
                lengths[folded[:2]].add(len(folded))
        # Looked up by the first two characters, a position of the text has hardly ever more
        # than one length to try.
        self._lengths = {head: tuple(sorted(each)) for head, each in lengths.items()}

    def find(self, text: str) -> Iterator[WordHit]:
        """Yield every listed word of the text, in the order of their first characters.

        Of words that begin at the same character the shorter comes first.
        """
        folded, origins = _fold(text)
        for position in range(len(folded)):
            heads = folded[position], folded[position : position + 2]
            for head in dict.fromkeys(heads):
                for length in self._lengths.get(head, ()):
                    words = self._words.get(folded[position : position + length])
                    if words is None or position + length > len(folded):
                        continue
                    start, end = origins[position], origins[position + length - 1] + 1
                    if not _is_part(text, start - 1, start) and not _is_part(text, end - 1, end):
                        yield from (WordHit(word, start, end) for word in words)


def _fold(text: str) -> tuple[str, list[int]]:
    """The comparable characters of a text, and for each one where it comes from."""
    pieces = list(map(_folded, text))
    folded = "".join(pieces)
    if len(folded) == len(text) and all(pieces):
        return folded, list(range(len(text)))
    return folded, [index for index, piece in enumerate(pieces) for _ in piece]


@lru_cache(maxsize=65_536)
def _folded(character: str) -> str:
    """The form in which a character is compared: none, one or several characters."""
    if character.isspace() or unicodedata.category(character) in ("Cf", "Zs"):
        return ""
    plain = unicodedata.normalize("NFKC", character).casefold()
    return "".join(piece for piece in plain if not piece.isspace())


def _is_part(text: str, left: int, right: int) -> bool:
    """Whether two neighbours belong to one Latin word or to one number."""
    if left < 0 or right >= len(text):
        return False
    first, second = _folded(text[left]), _folded(text[right])
    return (_is_latin(first) and _is_latin(second)) or (_is_digit(first) and _is_digit(second))


def _is_latin(folded: str) -> bool:
    return folded.isascii() and folded.isalpha()


def _is_digit(folded: str) -> bool:
    return folded.isascii() and folded.isdigit()
