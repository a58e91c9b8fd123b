"""Ruby in YAML: what is taken from the environment stays readable, and the file stays YAML."""

import pytest
import yaml

from dblint.connections.erb import filled

FILLED = {
    "<%= ENV['A'] %>": "${A}",
    '<%= ENV["A"] -%>': "${A}",
    "<%= ENV.fetch('A', 'x') %>": "${A:-x}",
    "<%= ENV.fetch('A') { 'x' } %>": "${A:-x}",
    "<%= ENV.fetch('A') { 5 } %>": "${A:-5}",
    "<%= ENV['A'] || 'x' %>": "${A:-x}",
    "<%= Integer(ENV.fetch('A', 10)) %>": "${A:-10}",
    "<%= ENV.fetch('A', ENV['B']) %>": "${A:-${B}}",
    "<%= ENV['A'] || ENV.fetch('B') { 'postgres://db/x' } %>": "${A:-${B:-postgres://db/x}}",
    "<%= ENV['A'].present? ? false : true %>": "${A}",
    "<%= ENV['A'] %>_production": "${A}_production",
    "shop_<%= ENV['A'] %>": "shop_${A}",
    "\"<%= ENV['A'] %>\"": "${A}",
    '\'<%= ENV.fetch("A", "x") %>\'': "${A:-x}",
    "'postgres://<%= ENV['H'] %>:<%= ENV.fetch('P', 5432) %>/shop' # of <%= x %>": "postgres://${H}:${P:-5432}/shop",
    "<%= Rails.root.join('shop') %>": None,
    "<% if ENV['A'] %> x <% end %>": "x",
}


@pytest.mark.parametrize(("written", "read"), FILLED.items())
def test_ruby_in_a_value_becomes_what_it_takes_from_the_environment(written: str, read: str | None) -> None:
    assert yaml.safe_load(filled(f"production:\n  host: {written}\n  port: 1\n")) == {"production": {"host": read, "port": 1}}


def test_a_mapping_on_one_line_is_read() -> None:
    assert yaml.safe_load(filled("production: {url: <%= ENV['A'] || ENV['B'] %>, pool: <%= ENV.fetch('C', 5) %>}")) == {
        "production": {"url": "${A:-${B}}", "pool": "${C:-5}"}
    }
