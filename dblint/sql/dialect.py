"""Which dialect a text is written in, by its fingerprints."""

import re

from dblint.model.sql import Dialect

# Each fingerprint is a plain search without nested repetition; the first dialect with the most distinct hits wins.
_FINGERPRINTS: tuple[tuple[Dialect, re.Pattern[str]], ...] = (
    (
        "postgres",
        re.compile(
            r"\$\d|::\s{0,2}\"?[a-z]|\bilike\b|\breturning\b|\bon\s+conflict\b|\b(?:big|small)?serial\b|\bjsonb\b|\$\$|\bplpgsql\b"
            r"|\btimestamptz\b|\bbytea\b|\bsearch_path\b|\bfor\s+no\s+key\b|\bcreate\s+extension\b|\bmaterialized\s+view\b|\bstdin\b",
        ),
    ),
    (
        "mysql",
        re.compile(
            r"`|\bauto_increment\b|\bengine\s{0,3}=|\bon\s+duplicate\s+key\b|\bstraight_join\b|\blimit\s+\d+\s{0,3},"
            r"|\bdefiner\s{0,3}=|\bunsigned\b|\breplace\s+into\b|\binsert\s+ignore\b|\block\s+in\s+share\b|^delimiter\b",
            re.MULTILINE,
        ),
    ),
    (
        "tsql",
        re.compile(
            r"(?<![\w\])])\[[a-z_][\w ]{0,60}\]|\btop\s*\(?\d|\bnvarchar\b|\bidentity\s{0,3}\(\d|^go\s*$"
            r"|(?<![\w@])@[a-z]\w{0,60}\s{0,3}=|\bwith\s{0,3}\(\s{0,3}nolock|\boutput\s+(?:inserted|deleted)\.|\bgetdate\(|\bopenquery\b|\bdatetime2\b"
            r"|\b(?:cross|outer)\s+apply\b|\b(?:from|into|join|update)\s+#\w|\bdeclare\s+@"
            r"|\bbegin\s+tran(?:saction)?\s+(?:insert|update|delete|declare|set|exec)\b",
            re.MULTILINE,
        ),
    ),
    (
        "oracle",
        re.compile(
            r"\bvarchar2\b|\bnumber\s{0,3}\(|\bsysdate\b"
            r"|\brownum\b|\(\+\)|\bfrom\s+dual\b|\bconnect\s+by\b|\bsystimestamp\b|\bnvl\(|\bclob\b",
        ),
    ),
    (
        "clickhouse",
        re.compile(
            r"mergetree\b|\blowcardinality\(|\bengine\s{0,3}=\s{0,3}(?:distributed|kafka|null|memory|buffer)\b|\bnullable\("
            r"|\bfrom\s+[\w.`]{1,80}(?:\s+(?:as\s+)?\w{1,60})?\s+final\b|\bprewhere\b|\bu?int(?:16|32|64)\b|\bdatetime64\b|\bon\s+cluster\b"
            r"|\bto(?:datetime|yyyymm|startof\w{1,20}|unixtimestamp\w{0,9})\(|\bcodec\(|\bexchange\s+tables\b|\brow\s+policy\b"
            r"|\bsettings\s+\w{1,60}\s{0,3}=|\barray\s+join\b|\bgranularity\b|\bsplitbychar\(|\barraymap\(",
        ),
    ),
    ("snowflake", re.compile(r"\bqualify\b|\bflatten\s{0,3}\(|\bvariant\b")),
    (
        "sqlite",
        re.compile(r"\bautoincrement\b|\bpragma\b|\bwithout\s+rowid\b|\binsert\s+or\s+(?:replace|ignore)\b"),
    ),
)


# What people write about a statement is in no dialect; MySQL's `/*!40101 … */` is no comment.
_COMMENT = re.compile(r"/\*(?!!)[^*]*+\*++(?:[^/*][^*]*+\*++)*+/")


_FOLDERS: dict[str, Dialect] = {
    "postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite",
    "sqlite3": "sqlite", "mssql": "tsql", "sqlserver": "tsql", "oracle": "oracle", "clickhouse": "clickhouse",
}  # fmt: skip


def dialect_of(text: str, path: str = "") -> Dialect | None:
    """The dialect with the most fingerprints in the text, else that which a folder of its path is called after, else None."""
    head = _COMMENT.sub(" ", text[:200_000]).lower()  # folding once is much cheaper than patterns that fold
    scores = [(len(set(pattern.findall(head))), dialect) for dialect, pattern in _FINGERPRINTS]
    best, dialect = max(scores, key=lambda score: score[0])
    tied = sum(score == best for score, _ in scores) > 1
    if best and not tied:
        return dialect
    return next((_FOLDERS[folder] for folder in reversed(path.lower().split("/")[:-1]) if folder in _FOLDERS), None)
