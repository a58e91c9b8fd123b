"""Tells a SQL statement from English prose by its shape, without a parser (spec 8.1)."""

import re
from functools import cache

from dblint.sql.holes import BIND, HOLE

_LIMIT = 20_000
_MASK = re.compile(r"'(?:[^']++|'')*+'|--[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/|\#(?![\w{])[^\n]*+")
_LEAD = re.compile(
    rf"(?:[\s(;{HOLE}]|\{{[^{{}}\n]{{0,80}}\}}|\{{\{{[^{{}}\n]{{0,200}}\}}\}}|\{{%[^%\n]{{0,200}}%\}})*+([A-Za-z]+)"
)
_PROSE = re.compile(
    r"(?<![\w.\"`\[@:])(?:the|please|your|you|my|our|these|those|isn't|can't|cannot|don't)(?![\w.\"`\]])(?!\s{0,3}[=(])",
    re.IGNORECASE,
)
_VALUE = re.compile(r"(?<=[(,=])\s*+\"[^\"\n]*+\"")
"""A string in double quotes, as MySQL's are where it does not heed the standard: what it says is no prose around a statement."""
_SENTENCE = re.compile(r"[A-Za-z][.!?…]\s*$|\s(?:a|an)\s+\w+\s*$", re.IGNORECASE)
_STRONG = re.compile(rf"[*=();{HOLE}{BIND}\"`$%]|\?|:\w|'|\bwhere\b|\n", re.IGNORECASE)
_SETTING = re.compile(
    r"\s*+(?:(?:set|reset|show)\s++(?:(?:local|session|global|persist)\s++)?+[\w.@]++\s*+(?:=|:=|\bto\b|\Z|;)|pragma\b)",
    re.IGNORECASE,
)
# ruff: noqa: E501, ISC004 -- patterns of one alternative each are read as lines
# A name: perhaps quoted, qualified, or (partly) a placeholder.
_PART = rf"(?:[\w$@\#{HOLE}{BIND}]++|\"[^\"\n]++\"|`[^`\n]++`|\[[^\]\n]++\]|[$\#]?\{{[^}}\n]{{0,120}}\}}++\}}?|%\(\w++\)s|%s|\?|:\w++)"
_NAME = rf"{_PART}++(?:\s?\.{{1,2}}\s?{_PART}++)*+"
_HOLES = rf"[{HOLE}{BIND}{{$%\#?:@]"
_MORE = rf"(?:\s*+[;,(\n{HOLE}{{$%?:@]|\s*+$|\s++(?:cascade|restrict|on|restart|continue|purge|if|force|validate)\b)"

_OBJECT = (
    r"(?:table|view|index|function|procedure|proc|trigger|sequence|schema|database|type|domain|extension|role|user|rule|policy|publication"
    r"|subscription|server|synonym|event|aggregate|package|tablespace|statistics|column|constraint|keyspace|login)"
)
_MODIFIERS = (
    r"(?:(?:or\s++replace|or\s++alter|temp|temporary|global|local|unlogged|unique|clustered|nonclustered|fulltext|spatial|materialized"
    r"|recursive|external|foreign|force|editionable|noneditionable|constraint|public|virtual|transient|bitmap"
    r"|algorithm\s*+=\s*+\w++|definer\s*+=\s*+\S++|sql\s++security\s++\w++)\s++)*+"
)
_IF = r"(?:if\s++(?:not\s++)?exists\s++)?(?:concurrently\s++)?(?:if\s++(?:not\s++)?exists\s++)?(?:only\s++)?"

_SHAPES: dict[str, tuple[str, ...]] = {
    "select": (
        rf"[^;]{{0,19000}}?\bfrom\s*+(?:{_NAME}|\()",
        r"(?:all\s++|distinct\s++)?(?:\d|'|\(|\*|@@?\w|null\b|true\b|false\b|case\b|exists\b|not\b|cast\b|current_\w|interval\b|\w++(?:\.\w++)*+\s*+\()",
        rf"(?:[{HOLE}]|\{{[^}}\n]{{0,80}}\}}|%s|\?|:\w++|\$\d)[^\w]*+$",
        r"top\s*+\(?\d",
    ),
    "insert": (
        rf"(?:or\s++\w++\s++|ignore\s++|low_priority\s++|delayed\s++|high_priority\s++)*+(?:into|overwrite)\s++(?:table\s++)?{_NAME}\s*+"
        rf"(?:\(|{_HOLES}|\bvalues?\b|\bselect\b|\bset\b|\bdefault\b|\bwith\b|\bexec\b|\bas\b|\btable\b|\bpartition\b|\boutput\b)",
        r"(?:all|first)\s++(?:into|when)\b",
        rf"{_NAME}\s*+(?:\([^)]{{0,5000}}\)\s*+)?(?:values\s*+\(|select\b)",
        rf"into\s++[{HOLE}{{]",
    ),
    "update": (rf"[^;]{{1,5000}}?\bset\b[^;]{{0,15000}}?(?:=|{_HOLES})", rf"{_NAME}\s++{HOLE}"),
    "delete": (
        rf"from\s++(?:only\s++)?{_NAME}(?:\s++(?:as\s++)?\w++)?\s*+(?:$|[;{HOLE}(]|\bwhere\b|\busing\b|\breturning\b|\border\b|\blimit\b|\binner\b|\bjoin\b|\bwith\b|\b(?:left|right)\b|[{{$%])",
        rf"{_NAME}(?:\s*+,\s*+{_NAME})*+\s++from\s++{_NAME}\s",
        rf"{_NAME}\s++where\b",
    ),
    "merge": (r"[^;]{1,19000}?\busing\b",),
    "with": (
        rf"(?:recursive\s++)?{_NAME}\s*+(?:\([^)]{{0,2000}}\)\s*+)?as\s*+(?:not\s++)?(?:materialized\s*+)?\(",
        rf"[{HOLE}{{]",
    ),
    "replace": (rf"(?:low_priority\s++|delayed\s++)?into\s++{_NAME}",),
    "upsert": (rf"into\s++{_NAME}",),
    "create": (
        rf"{_MODIFIERS}table\s++{_IF}{_NAME}\s*+(?:\(|{_HOLES}|\b(?:as|like|of|partition|using|clone|select|inherits|on|server|engine)\b)",
        rf"{_MODIFIERS}view\s++{_IF}{_NAME}\s*+(?:\(|{_HOLES}|\b(?:as|with|to|refresh|build|using|on)\b)",
        rf"{_MODIFIERS}(?:index|statistics|policy|rule)\b[^;]{{0,2000}}?\b(?:on|from|to)\s++",
        rf"{_MODIFIERS}(?:function|procedure|proc|aggregate|package)\s++{_IF}(?:body\s++)?{_NAME}\s*+(?:\(|\bas\b|\bis\b|\bbegin\b|@)",
        rf"{_MODIFIERS}trigger\s++{_IF}{_NAME}\s[^;]{{0,2000}}?\bon\s",
        rf"{_MODIFIERS}event\s++[^;]{{0,500}}?\b(?:on|do)\s",
        rf"{_MODIFIERS}(?:sequence|schema|database|extension|type|domain|publication|subscription|server|synonym|keyspace|user\s++mapping)"
        rf"\s++{_IF}{_NAME}\s*+(?:$|[;({HOLE}{{]|\b(?:as|with|for|start|increment|owned|authorization|owner|encoding|character|charset|default"
        r"|collate|schema|version|cascade|connection|foreign|options|minvalue|cache|no|template)\b)",
        rf"{_MODIFIERS}(?:role|user|login)\s++{_IF}{_NAME}\s*+(?:;|\b(?:with|login|nologin|password|identified|in|superuser|for)\b)",
    ),
    "alter": (
        rf"{_MODIFIERS}{_OBJECT}\s++{_IF}{_NAME}\s*+\*?\s*+(?:{_HOLES}|\(|\b(?:add|drop|rename|alter|modify|change|set|owner|attach|detach"
        r"|enable|disable|validate|convert|engine|auto_increment|no|inherit|cluster|reset|replica|force|partition|row|with|switch|order"
        r"|comment|restart|increment|owned|on|as|depends|refresh|default|password|in|instead|after|for)\b)",
        r"default\s++privileges\b",
        r"(?:session|system)\s++set\b",
    ),
    "drop": (
        rf"{_MODIFIERS}{_OBJECT}\s++{_IF}{_NAME}{_MORE}",
        rf"(?:foreign\s++table|user\s++mapping|owned\s++by)\s++{_IF}{_NAME}",
    ),
    "truncate": (rf"(?:table\s++)?(?:only\s++)?{_NAME}{_MORE}",),
    "copy": (
        rf"{_NAME}\s*+(?:\([^)]{{0,9000}}\)\s*+)?(?:from|to)\s++(?:stdin|stdout|program|'|@|s3|{_HOLES})",
        r"\([^;]{1,15000}?\)\s*+to\b",
        rf"into\s++{_NAME}\s",
    ),
    "lock": (rf"tables?\s++{_NAME}", rf"{_NAME}\s++in\s++[\w\s]{{1,40}}mode\b"),
    "call": (rf"{_NAME}\s*+(?:\(|;|{HOLE})",),
    "exec": (rf"{_NAME}\s*+(?:$|[;@'\d{HOLE}]|=)", r"\("),
    "execute": (rf"{_NAME}\s*+(?:[;@'({HOLE}]|using\b)", r"(?:immediate|block)\b", r"'"),
    "grant": (r"[^;]{1,4000}?\bon\b[^;]{1,4000}?\bto\b", rf"{_NAME}(?:\s*+,\s*+{_NAME})*+\s++to\s++{_NAME}\s*+(?:;|$)"),
    "revoke": (r"[^;]{1,4000}?\bon\b[^;]{1,4000}?\bfrom\b", rf"{_NAME}\s++from\s++{_NAME}\s*+(?:;|$)"),
    "refresh": (r"materialized\s++view\b",),
    "do": (r"(?:\$|'|language\b)",),
    "begin": (r"(?:;|$|tran\b|transaction\b|work\b|isolation\b)", r"[^$]{0,19000}?;\s*+end\b"),
    "declare": (r"@\w", r"[^;]{1,500}?\bcursor\b", r"[^$]{0,19000}?\bbegin\b"),
    "values": (r"\(",),
    "table": (rf"{_NAME}\s*+;",),
    "load": (r"data\b[^;]{0,2000}?\binto\s++table\b",),
    "bulk": (rf"insert\s++{_NAME}\s++from\b",),
    "prepare": (rf"{_NAME}\s*+(?:\([^)]{{0,2000}}\)\s*+)?(?:as|from)\s",),
    "comment": (
        r"on\s++(?:table|column|view|schema|function|index|constraint|type|materialized|extension|sequence|trigger)\b",
    ),
    "rename": (rf"table\s++{_NAME}\s++to\s",),
    "import": (r"foreign\s++schema\b",),
    "if": (r"(?:not\s++)?exists\s*+\(\s*+select\b", r"(?:object_id|col_length)\s*+\("),
    "explain": (),
}
_EXPLAIN = re.compile(
    r"\s*+(?:\([^()]{0,200}\)|analyze\b|analyse\b|verbose\b|query\s++plan\b|plan\s++for\b|extended\b|format\s*+=\s*+\w++|\s)*+",
    re.IGNORECASE,
)


def is_sql(text: str) -> bool:
    """Whether the text has the shape of a SQL statement; holes and placeholders are welcome, English sentences are not."""
    head = _MASK.sub(_masked, text[:_LIMIT])
    lead = _LEAD.match(head)
    if not lead:
        return False
    verb = lead.group(1)
    rest = head[lead.end() :]
    if verb.lower() == "explain":
        options = _EXPLAIN.match(rest)
        return is_sql(rest[options.end() if options else 0 :])
    if not any(shape.match(rest) for shape in _shapes(verb.lower())):
        return False
    if _PROSE.search(_VALUE.sub(" ", rest)) or (_SENTENCE.search(rest) and not verb.isupper()):
        return False
    # Prose starts with a capital ("Delete from cart"); SQL is written in one case, or shows more than words.
    return verb.isupper() or verb.islower() or bool(_STRONG.search(rest))


@cache
def _shapes(verb: str) -> tuple[re.Pattern[str], ...]:
    """What may follow a verb; compiled when it is met, since compiling all takes longer than most runs of a hook."""
    return tuple(re.compile(rf"\s*+{shape}", re.IGNORECASE) for shape in _SHAPES.get(verb, ()))


def _masked(found: re.Match[str]) -> str:
    return "''" if found.group()[0] == "'" else " "


def is_setting(text: str) -> bool:
    """Return whether a text sets or shows a setting of the database, which names no table: `SET LOCAL lock_timeout = …`."""
    return _SETTING.match(text) is not None
