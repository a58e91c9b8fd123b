"""Which dialect a text is written in, by its fingerprints."""

import re
from functools import lru_cache

from dblint.model.sql import Dialect

# The branches of each fingerprint, each after a sign in lower case: a branch is looked for only where its sign stands.
# Most texts hold few of the signs, and a pattern of all branches takes longer than the rest of reading a script. Each branch is
# a plain search without nested repetition; the first dialect with the most distinct hits wins.
FINGERPRINTS: dict[Dialect, tuple[tuple[str, str], ...]] = {
    "postgres": (
        ("$", r"\$\d"),
        ("::", r"::\s{0,2}\"?[a-z]"),
        ("ilike", r"\bilike\b"),
        ("returning", r"\breturning\b"),
        ("conflict", r"\bon\s+conflict\b"),
        ("serial", r"\b(?:big|small)?serial\b"),
        ("jsonb", r"\bjsonb\b"),
        ("$$", r"\$\$"),
        ("plpgsql", r"\bplpgsql\b"),
        ("timestamptz", r"\btimestamptz\b"),
        ("bytea", r"\bbytea\b"),
        ("search_path", r"\bsearch_path\b"),
        ("for", r"\bfor\s+no\s+key\b"),
        ("extension", r"\bcreate\s+extension\b"),
        ("materialized", r"\bmaterialized\s+view\b"),
        ("stdin", r"\bstdin\b"),
    ),
    "mysql": (
        ("/*!", r"/\*!\d"),
        ("`", r"`"),
        ("auto_increment", r"\bauto_increment\b"),
        ("engine", r"\bengine\s{0,3}="),
        ("duplicate", r"\bon\s+duplicate\s+key\b"),
        ("straight_join", r"\bstraight_join\b"),
        ("limit", r"\blimit\s+\d+\s{0,3},"),
        ("definer", r"\bdefiner\s{0,3}="),
        ("unsigned", r"\bunsigned\b"),
        ("replace", r"\breplace\s+into\b"),
        ("ignore", r"\binsert\s+ignore\b"),
        ("lock", r"\block\s+in\s+share\b"),
        ("delimiter", r"^delimiter\b"),
    ),
    "tsql": (
        ("[", r"(?<![\w\])])\[[a-z_][\w ]{0,60}\]"),
        ("top", r"\btop\s*\(?\d"),
        ("nvarchar", r"\bnvarchar\b"),
        ("identity", r"\bidentity\s{0,3}\(\d"),
        ("\ngo", r"^go\s*$"),
        ("@", r"(?<![\w@])@[a-z]\w{0,60}\s{0,3}="),
        ("nolock", r"\bwith\s{0,3}\(\s{0,3}nolock"),
        ("output", r"\boutput\s+(?:inserted|deleted)\."),
        ("getdate(", r"\bgetdate\("),
        ("openquery", r"\bopenquery\b"),
        ("datetime2", r"\bdatetime2\b"),
        ("apply", r"\b(?:cross|outer)\s+apply\b"),
        ("#", r"\b(?:from|into|join|update)\s+#\w"),
        ("@", r"\bdeclare\s+@"),
        ("tran", r"\bbegin\s+tran(?:saction)?\s+(?:insert|update|delete|declare|set|exec)\b"),
    ),
    "oracle": (
        ("varchar2", r"\bvarchar2\b"),
        ("number", r"\bnumber\s{0,3}\("),
        ("sysdate", r"\bsysdate\b"),
        ("rownum", r"\brownum\b"),
        ("(+)", r"\(\+\)"),
        ("dual", r"\bfrom\s+dual\b"),
        ("connect", r"\bconnect\s+by\b"),
        ("systimestamp", r"\bsystimestamp\b"),
        ("nvl(", r"\bnvl\("),
        ("clob", r"\bclob\b"),
    ),
    "clickhouse": (
        ("mergetree", r"mergetree\b"),
        ("lowcardinality(", r"\blowcardinality\("),
        ("engine", r"\bengine\s{0,3}=\s{0,3}(?:distributed|kafka|null|memory|buffer)\b"),
        ("nullable(", r"\bnullable\("),
        ("final", r"\bfrom\s+[\w.`]{1,80}(?:\s+(?:as\s+)?\w{1,60})?\s+final\b"),
        ("prewhere", r"\bprewhere\b"),
        ("int16", r"\bu?int16\b"),
        ("int32", r"\bu?int32\b"),
        ("int64", r"\bu?int64\b"),
        ("datetime64", r"\bdatetime64\b"),
        ("cluster", r"\bon\s+cluster\b"),
        ("todatetime(", r"\btodatetime\("),
        ("toyyyymm(", r"\btoyyyymm\("),
        ("tostartof", r"\btostartof\w{1,20}\("),
        ("tounixtimestamp", r"\btounixtimestamp\w{0,9}\("),
        ("codec(", r"\bcodec\("),
        ("exchange", r"\bexchange\s+tables\b"),
        ("policy", r"\brow\s+policy\b"),
        ("settings", r"\bsettings\s+\w{1,60}\s{0,3}="),
        ("array", r"\barray\s+join\b"),
        ("granularity", r"\bgranularity\b"),
        ("splitbychar(", r"\bsplitbychar\("),
        ("arraymap(", r"\barraymap\("),
    ),
    "snowflake": (("qualify", r"\bqualify\b"), ("flatten", r"\bflatten\s{0,3}\("), ("variant", r"\bvariant\b")),
    "sqlite": (
        ("autoincrement", r"\bautoincrement\b"),
        ("pragma", r"\bpragma\b"),
        ("rowid", r"\bwithout\s+rowid\b"),
        ("replace", r"\binsert\s+or\s+replace\b"),
        ("ignore", r"\binsert\s+or\s+ignore\b"),
    ),
}


# What people write about a statement is in no dialect; MySQL's `/*!40101 … */` is no comment, and where it sets a variable
# (`/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE */`) no variable of another dialect.
_COMMENT = re.compile(r"/\*(?!!)[^*]*+\*++(?:[^/*][^*]*+\*++)*+/")
_SETTING = re.compile(r"(/\*!\d+) *+set [^*]*+\*/", re.IGNORECASE)


# What a script says in quotes is data or a name, and what follows two dashes is said to people.
_SAID = re.compile(r"--[^\n]*|'(?:[^'\\\n]|\\.|'')*+'|\"(?:[^\"\\\n]|\\.)*+\"")
_FOLDERS: dict[str, Dialect] = {
    "postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite",
    "sqlite3": "sqlite", "mssql": "tsql", "sqlserver": "tsql", "oracle": "oracle", "clickhouse": "clickhouse",
}  # fmt: skip


def dialect_of(text: str, path: str = "") -> Dialect | None:
    """The dialect with the most fingerprints in the text, else that which a folder of its path is called after, else None."""
    # Folding once is much cheaper than patterns that fold; the line end stands for the beginning of the first line.
    head = "\n" + _SETTING.sub(r"\1 */", _COMMENT.sub(" ", text[:200_000])).lower()
    scores = [(_hits(branches, head), dialect) for dialect, branches in FINGERPRINTS.items()]
    best, dialect = max(scores, key=lambda score: score[0])
    tied = sum(score == best for score, _ in scores) > 1
    if best and not tied:
        return dialect
    return next((_FOLDERS[folder] for folder in reversed(path.lower().split("/")[:-1]) if folder in _FOLDERS), None)


def dialect_of_script(text: str, path: str = "") -> Dialect | None:
    """The dialect of a text that is nothing but SQL, by what stands outside of its strings and comments, else by all of it."""
    return dialect_of(_SAID.sub("''", text[:200_000])) or dialect_of(text, path)


def _hits(branches: tuple[tuple[str, str], ...], head: str) -> int:
    """How many different texts the branches of a fingerprint find."""
    worth = "|".join(pattern for sign, pattern in branches if sign in head)
    return len(set(_compiled(worth).findall(head))) if worth else 0


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)
