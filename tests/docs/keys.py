"""The page about the keys of dblint.yaml, made from their JSON Schema."""

from collections.abc import Iterator
from typing import Any

from dblint.config import schema

_HEAD = """\
# Keys of dblint.yaml

Made from [the JSON Schema](../schema/dblint-config-1.json), which `dblint config schema` prints and editors use for completion.
[Configuration](../configuration.md) shows them at work.

"""


def page() -> str:
    """Every key with its values, its default and what it means."""
    document: Any = schema()
    lines = ["| key | value | default | means |", "|---|---|---|---|"]
    for path, key, required in _keys(document, document, ""):
        default = "required" if required else _default(key)
        lines.append(f"| `{path}` | {_value(key)} | {default} | {_about(key)} |")
    return _HEAD + "\n".join(lines) + "\n"


def _keys(document: dict[str, Any], node: dict[str, Any], above: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    for name, key in node.get("properties", {}).items():
        path = f"{above}{name}"
        yield path, key, name in node.get("required", ())
        items, further = _resolved(document, key.get("items")), _resolved(document, key.get("additionalProperties"))
        yield from _keys(document, _resolved(document, key), f"{path}.")
        yield from _keys(document, items, f"{path}[].")
        yield from _keys(document, further, f"{path}.NAME.")


def _resolved(document: dict[str, Any], node: object) -> dict[str, Any]:
    if not isinstance(node, dict):
        return {}
    if reference := node.get("$ref"):
        found: dict[str, Any] = document["$defs"][reference.rpartition("/")[2]]
        return found
    return node


def _value(key: dict[str, Any]) -> str:
    if "const" in key:
        return f"`{key['const']}`"
    if "enum" in key:
        return ", ".join(f"`{word}`" for word in key["enum"])
    if choices := key.get("anyOf"):
        return " or ".join(dict.fromkeys(_value(choice) for choice in choices if choice.get("type") != "null"))
    if key.get("type") == "array":
        return f"list of {_value(key['items'])}"
    if key.get("format") == "date":
        return "date, YYYY-MM-DD"
    if values := key.get("additionalProperties"):
        return f"mapping to {_value(values)}" if isinstance(values, dict) else "mapping"
    return {"string": "text", "boolean": "`true`, `false`", "integer": "number"}.get(key.get("type", ""), "mapping")


def _default(key: dict[str, Any]) -> str:
    default = key.get("default")
    if default in (None, [], {}, ""):
        return ""
    if isinstance(default, list):
        return ", ".join(f"`{word}`" for word in default)
    if isinstance(default, dict):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _about(key: dict[str, Any]) -> str:
    return str(key.get("description", "")).replace("|", "\\|").replace("\n", " ")
