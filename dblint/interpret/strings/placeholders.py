"""Placeholders that a framework fills from settings: Spring's `${orders.index}` and `#{…}`."""

import re


def spelled(text: str) -> str:
    """A text in which `${NAME}` is all that remains of Spring's expressions; `${?}` stands for one that only it can work out.

    Source: https://docs.spring.io/spring-framework/reference/core/expressions.html.
    """

    def said(match: re.Match[str]) -> str:
        inner = match[1].strip()
        asked = re.fullmatch(r"@?environment(?:\.getProperty\(|\[)['\"]([\w.\-]+)['\"][)\]]", inner)
        plain = re.fullmatch(r"['\"]?(\$\{[^{}]+\})['\"]?", inner)
        return f"${{{asked[1]}}}" if asked else plain[1] if plain else "${?}"

    return re.sub(r"#\{((?:[^{}]|\{[^{}]*\})*)\}", said, text)
