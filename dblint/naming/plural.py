"""Plurals: every library has its own English, so every function here belongs to one library."""

import re
from collections.abc import Callable, Mapping

import inflection


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_JINZHU_UNCOUNTABLE = _words(
    "equipment information rice money species series fish sheep jeans police milk salt time water paper food art "
    "cash music help luck oil progress rain research shopping software traffic moose chassis"
)
_JINZHU_IRREGULAR = {"goose": "geese", "foot": "feet", "tooth": "teeth", "leaf": "leaves"}

_MONGOOSE_UNCOUNTABLE = _words(
    "advice energy excretion digestion cooperation health justice labour machinery equipment information pollution "
    "sewage paper money species series rain rice fish sheep moose deer news expertise status media"
)
_MONGOOSE_ENDINGS = (
    (r"human$", "humans"),
    (r"man$", "men"),
    (r"person$", "people"),
    (r"child$", "children"),
    (r"^ox$", "oxen"),
    (r"(ax|test)is$", r"\1es"),
    (r"(octop|cact|foc|fung|nucle)us$", r"\1i"),
    (r"(alias|status|virus)$", r"\1es"),
    (r"bus$", "buses"),
    (r"(buffal|tomat|potat)o$", r"\1oes"),
    (r"([ti])um$", r"\1a"),
    (r"sis$", "ses"),
    (r"([^f])fe$", r"\1ves"),
    (r"([lr])f$", r"\1ves"),
    (r"([^aeiouy]|qu)y$", r"\1ies"),
    (r"(x|ch|ss|sh)$", r"\1es"),
    (r"([ml])ouse$", r"\1ice"),
    (r"quiz$", "quizzes"),
    (r"^goose$", "geese"),
    (r"s$", "s"),
    (r"([^a-z])$", r"\1"),
)

# The part of Doctrine's English that table names are likely to meet.
_DOCTRINE_UNCOUNTABLE = _words(
    "advice aircraft audio baggage chassis clothing compensation data debris deer education emoji equipment "
    "evidence experience feedback fish food furniture gold headquarters homework information jeans knowledge love "
    "luggage management media metadata money music news offspring oil people police proceedings progress rain "
    "recommended related research rice series sheep sms spam species staff sugar talent traffic travel trivia us "
    "weather wood work"
)
_DOCTRINE_IRREGULAR = {
    "atlas": "atlases",
    "canvas": "canvases",
    "criterion": "criteria",
    "curriculum": "curricula",
    "echo": "echoes",
    "foot": "feet",
    "gas": "gases",
    "goose": "geese",
    "hero": "heroes",
    "human": "humans",
    "leaf": "leaves",
    "lens": "lenses",
    "loaf": "loaves",
    "thief": "thieves",
    "tooth": "teeth",
    "tornado": "tornadoes",
    "volcano": "volcanoes",
}
_DOCTRINE_LATIN = re.compile(r"(alumn|bacill|cact|foc|fung|nucle|radi|stimul|syllab|termin|vir)us$", re.IGNORECASE)


def rails(word: str) -> str:
    """Plural by the rules of ActiveSupport, of which `inflection` is a port.

    Uncountable words count on a word boundary (`user_moneys`, for `_` is none), irregular ones as an ending (`sales_people`).
    """
    # `inflection` has a joke that ActiveSupport dropped: cow, kine.
    if word.lower().endswith("cow"):
        return word + "s"
    return word if word.lower() == "police" else inflection.pluralize(word)


def singular(word: str) -> str:
    """Singular by the rules of ActiveSupport."""
    return inflection.singularize(word)


def jinzhu(word: str) -> str:
    """Plural by jinzhu/inflection (GORM, Bun): uncountable only as the whole word, nothing is added after a digit."""
    if word.lower() in _JINZHU_UNCOUNTABLE or not word[-1:].isalpha():
        return word
    return _irregular(word, _JINZHU_IRREGULAR) or rails(word)


def mongoose(name: str) -> str:
    """Collection of a Mongoose model: the lower-cased name in the plural. Source: Mongoose `lib/helpers/pluralize.js`."""
    word = name.lower()
    if word in _MONGOOSE_UNCOUNTABLE:
        return word
    for ending, replacement in _MONGOOSE_ENDINGS:
        if re.search(ending, word):
            return re.sub(ending, replacement, word)
    return word + "s"


def doctrine(word: str) -> str:
    """Plural by Doctrine's English inflector (Laravel), with the two words that Laravel adds. Source: doctrine/inflector."""
    if word.lower() in _DOCTRINE_UNCOUNTABLE:
        return word
    irregular = _irregular(word, _DOCTRINE_IRREGULAR)
    if irregular:
        return irregular
    if _DOCTRINE_LATIN.search(word):
        return word[:-2] + "i"
    return word + "es" if word.lower().endswith("us") else rails(word)


def last_word(name: str, pluralise: Callable[[str], str]) -> str:
    """`name` with its last capitalised word in the plural, in capitals where that word is: `UserID` is `UserIDS`.

    Source: Laravel `Str::pluralStudly`.
    """
    start = max((match.start() for match in re.finditer(r"[A-Z]", name)), default=0)
    word = name[start:]
    many = pluralise(word)
    return name[:start] + (many.upper() if word.isupper() else many)


def _irregular(word: str, forms: Mapping[str, str]) -> str:
    for singular, many in forms.items():
        if word.lower().endswith(singular):
            start = len(word) - len(singular)
            # The first letters of both forms agree, so the case of the word survives.
            return word[: start + 1] + many[1:]
    return ""
