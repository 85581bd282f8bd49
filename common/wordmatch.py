"""Find listed words in a text, however they are typed: wide, in capitals, with blanks put in."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add

MOST_REMEMBERED = 65_536
"""Characters whose comparable form is kept; a stranger could send all there are."""


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
        self._has_single = any(len(head) == 1 for head in lengths)

    def find(self, text: str) -> Iterator[WordHit]:
        """Yield every listed word of the text, in the order of their first characters.

        Of words that begin at the same character the shorter comes first.
        """
        folded = text.translate(_FOLDING)
        lengths = self._lengths
        pairs = map(add, folded, folded[1:])
        starts = [position for position, pair in enumerate(pairs) if pair in lengths]
        if self._has_single:
            singles = (at for at, character in enumerate(folded) if character in lengths)
            starts = sorted({*starts, *singles})
        found = [hit for start in starts for hit in self._words_at(start, folded)]
        origins = _origins(text, folded) if found else ()
        for position, length, words in found:
            start, end = origins[position], origins[position + length - 1] + 1
            if not _is_part(text, start - 1, start) and not _is_part(text, end - 1, end):
                yield from (WordHit(word, start, end) for word in words)

    def _words_at(self, position: int, folded: str) -> Iterator[tuple[int, int, list[str]]]:
        """Where a listed word begins in a folded text, its length, and how it is written."""
        for head in dict.fromkeys((folded[position], folded[position : position + 2])):
            for length in self._lengths.get(head, ()):
                words = self._words.get(folded[position : position + length])
                if words is not None and position + length <= len(folded):
                    yield position, length, words


def _origins(text: str, folded: str) -> Sequence[int]:
    """For each comparable character of a text, where it comes from."""
    if len(folded) == len(text) and all(map(_folded, text)):
        return range(len(text))
    return [index for index, character in enumerate(text) for _ in _folded(character)]


@lru_cache(maxsize=MOST_REMEMBERED)
def _folded(character: str) -> str:
    """The form in which a character is compared: none, one or several characters."""
    if character.isspace() or unicodedata.category(character) in ("Cf", "Zs"):
        return ""
    plain = unicodedata.normalize("NFKC", character).casefold()
    return "".join(piece for piece in plain if not piece.isspace())


class _Folding(dict[int, str]):
    """The folded form of each character, as `str.translate` asks for it; filled when asked."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if len(self) < MOST_REMEMBERED:
            self[code] = folded
        return folded


_FOLDING = _Folding()


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
