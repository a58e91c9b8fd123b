"""Published libraries that lie among a project's own scripts."""

from pathlib import Path

from tests.discover.trees import plant, roles


def test_a_published_library_is_known_by_its_banner(tmp_path: Path) -> None:
    banner = "/*!\n * jQuery JavaScript Library v3.6.0\n * https://jquery.com/\n */\n"
    plant(tmp_path, contents={"a.js": banner, "b.js": "/*! our own page, since 2020 */\n", "c.js": "/* v1.0 */\n"})
    assert roles(tmp_path) == {"a.js": "vendored", "b.js": "source", "c.js": "source"}


def test_a_library_among_the_scripts_that_browsers_load_is_known_by_its_version_and_licence(tmp_path: Path) -> None:
    library = "/**\n * Datepicker\n * @version 2.1.3\n * Released under the MIT license\n */\n"
    lines = "// Underscore.js 1.8.3\n// Underscore may be freely distributed under the MIT license.\n"
    own = "/*\n * Copyright 2020 The shop\n * Licensed under the Apache License, Version 2.0\n */\n"
    plant(
        tmp_path,
        contents={
            "public/js/picker.js": library,
            "web/static/js/underscore.js": lines,
            "web/src/main/resources/static/picker.js": library,
            "public/js/shop.js": own,
            "src/picker.js": library,
        },
    )
    assert roles(tmp_path) == {
        "public/js/picker.js": "vendored",
        "web/static/js/underscore.js": "vendored",
        "web/src/main/resources/static/picker.js": "vendored",
        "public/js/shop.js": "source",
        "src/picker.js": "source",
    }
