"""Words for people outside a request (mails, letters): the catalogues, asked by language.

Inside a request, Flask-Babel's gettext knows the language; a worker has to name it.
"""

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
OWN_NAMES = {
    "ar": "العربية",
    "zh": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}
# What stands in place of a name that is kept no longer.
ANONYMOUS = "—"
CATALOGUES = Path(__file__).resolve().parent / "translations"


# What the program says by itself, wherever it is kept: who shows it tells it from people's words.
OWN_SENTENCES: set[str] = set()


def sentence(source: str) -> str:
    """The sentence as it is; the catalogues find it here, and who shows it translates it there."""
    OWN_SENTENCES.add(source)
    return source


def direction(language: str) -> str:
    """Which way a language is written: `rtl` for Arabic, else `ltr`."""
    return "rtl" if language == "ar" else "ltr"


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [language])


def say(language: str, sentence: str, **values: object) -> str:
    """A sentence in a language, with its `%(name)s` places filled in."""
    translated = _catalogue(language).gettext(sentence)
    return translated % values if values else translated
