"""Whether a folder holds a program that can be started, by what each language takes for one."""

import json
import re
from collections.abc import Callable, Iterable

from dblint.discover.kinds import language, name_of, suffix
from dblint.discover.listing import Listing
from dblint.discover.projects import project_type

_JVM_SERVER = (
    r"@(?:SpringBootApplication|QuarkusMain|MicronautApplication|SpringBootConfiguration)\b"
    r"|@EnableAutoConfiguration\b(?=[\s\S]{0,20000}\bSpringApplication(?:Builder)?\b)"  # alone, of a configuration to import
    r"|\bSpringApplication\.run\("
    r"|\b(?:RequestHandler|RequestStreamHandler|SpringBootServletInitializer|HttpServlet)\b"
)
_JVM = re.compile(
    _JVM_SERVER + r"|\bstatic\s+void\s+main\s*\(|\bfun\s+main\s*\(|\bdef\s+main\s*\(\s*args|\bextends\s+(?:scala\.)?App\b"
    r"|\bextends\s+(?:\w+\.)*(?:IOApp|ZIOApp|ZIOAppDefault|TaskApp|LagomApplicationLoader|StreamApp)\b|^\s*@main\b",
    re.MULTILINE,
)
_JVM_SERVER_BUILD = r"io\.quarkus['\"]|io\.micronaut\.application|<packaging>war<|quarkus-maven-plugin"
_JVM_BUILD = re.compile(
    _JVM_SERVER_BUILD + r"|spring-boot-maven-plugin|org\.springframework\.boot['\"]"
    r"|^\s*(?:id[\s(]*['\"])?application['\"]?\)?\s*$|bootJar",
    re.MULTILINE,
)
# https://www.mojohaus.org/exec-maven-plugin: a program that runs in a phase of the build is a tool of it.
_STEP = re.compile(
    r"<artifactId>exec-maven-plugin</artifactId>(?:(?!</plugin>)[\s\S])*<phase>(?:(?!</plugin>)[\s\S])*<goal>java</goal>"
)
_NET = re.compile(
    r"Sdk=\"(?:Microsoft\.NET\.Sdk\.(?:Web|Worker)|Microsoft\.NET\.Sdk\.Functions)|<OutputType>\s*(?:Win)?Exe", re.IGNORECASE
)
_NET_HOST = re.compile(r"Aspire\.AppHost\.Sdk|<IsAspireHost>\s*true", re.IGNORECASE)
_GO = re.compile(r"^package\s+main\b", re.MULTILINE)
_SERVES = frozenset({"start", "serve", "start:prod", "start:dev", "start:debug", "develop"})
_SERVING = re.compile(r"\b(?:node|nodemon|ts-node|tsx|nest|next|nuxt|remix|pm2|bun|deno)\b(?!.*\b(?:test|jest|mocha|lint)\b)")
_JVM_LANGUAGES = frozenset({"java", "kotlin", "scala", "groovy"})
_NODE = frozenset({"typescript", "javascript"})
_FUNCTIONS = frozenset({"serverless.yml", "serverless.yaml", "function.json", "host.json"})
# https://hexdocs.pm/mix/Mix.Tasks.Compile.App.html: the module that starts an application's processes.
_ELIXIR = re.compile(r"^\s*mod:\s*\{", re.MULTILINE)
_ELIXIR_SERVER = re.compile(r"\buse\s+Phoenix\.Endpoint\b|\b(?:Plug\.Cowboy|Bandit|GRPC\.Server\.Supervisor)\b")
_MANY = 400


def can_start(folder: str, listing: Listing) -> bool | None:
    """Whether the folder holds a program of its own; None where its language leaves that open, as scripts do.

    Sources: Spring Boot's and Quarkus' main classes, the `Sdk` and `OutputType` of a .NET project, `package main` of Go, the
    `start` script of npm, `src/main.rs` of Cargo.
    """
    files = [path for path in listing.below(folder) if "/node_modules/" not in path]
    if any(name_of(path) in _FUNCTIONS for path in files):
        return True
    languages = {language(path) for path in files} - {"", "shell", "sql", "prisma"}
    if not languages:
        return None
    found = [judge(files, listing) for wanted, judge in _JUDGES if languages & wanted]
    verdicts = [verdict for verdict in found if verdict is not None]
    if any(verdicts):
        return True
    judged = frozenset().union(*(wanted for wanted, _ in _JUDGES))
    return None if not verdicts or languages - judged else False


def is_host(folder: str, listing: Listing) -> bool:
    """Whether a folder only starts others for a developer, as an app host of .NET Aspire does."""
    projects = [path for path in listing.below(folder) if suffix(path) == ".csproj"]
    return bool(projects) and all(_NET_HOST.search(listing.text(path, 20_000)) for path in projects)


def starts_a_server(folder: str, listing: Listing) -> bool:
    """Whether a folder of the JVM's languages or Elixir has what a framework for servers starts; `main` may be a tool's.

    Spring Boot's plugin says nothing by itself: libraries inherit or copy it with the rest of the build.
    """
    files = listing.below(folder)
    sources = [path for path in files if suffix(path) == ".ex" and "/lib/" in f"/{path}"]
    serves = any(_ELIXIR_SERVER.search(listing.text(path, 20_000)) for path in _likely(sources, "endpoint", "application"))
    return serves or _jvm(files, listing, re.compile(_JVM_SERVER), re.compile(_JVM_SERVER_BUILD))


def _jvm(
    files: Iterable[str], listing: Listing, starting: re.Pattern[str] = _JVM, building: re.Pattern[str] = _JVM_BUILD
) -> bool:
    files = tuple(files)
    builds = [path for path in files if name_of(path) in ("pom.xml", "build.gradle", "build.gradle.kts")]
    if any(building.search(listing.text(path, 100_000)) for path in builds):
        return True
    if starting is _JVM and any(_STEP.search(listing.text(path, 100_000)) for path in builds):
        return _jvm(files, listing, re.compile(_JVM_SERVER), re.compile(_JVM_SERVER_BUILD))
    sources = [path for path in files if language(path) in _JVM_LANGUAGES and "/test/" not in path]
    if any(path.endswith("conf/routes") for path in files):  # https://www.playframework.com/documentation/latest/Anatomy
        return True
    return any(
        starting.search(listing.text(path, 50_000)) for path in _likely(sources, "application", "main", "app", "handler")
    )


def _net(files: Iterable[str], listing: Listing) -> bool:
    return any(_NET.search(listing.text(path, 20_000)) for path in files if suffix(path) in (".csproj", ".fsproj", ".vbproj"))


def _go(files: Iterable[str], listing: Listing) -> bool:
    sources = [path for path in files if path.endswith(".go") and not path.endswith("_test.go")]
    return any(_GO.search(listing.text(path, 20_000)) for path in _likely(sources, "main"))


def _node(files: Iterable[str], listing: Listing) -> bool | None:
    found: bool | None = None
    for path in files:
        if name_of(path) == "project.json" and (kind := project_type(listing.text(path))):
            if kind == "application":
                return True
            found = False
        if name_of(path) == "package.json":
            found = False
            try:
                package = json.loads(listing.text(path))
            except (ValueError, RecursionError):
                return True
            scripts = package.get("scripts") if isinstance(package, dict) else None
            for name, command in scripts.items() if isinstance(scripts, dict) else ():
                # `start:api` and `start:worker` of one package start its programs.
                if name in _SERVES or ((name == "dev" or name.startswith("start:")) and _SERVING.search(str(command))):
                    return True
    return found


def _rust(files: Iterable[str], listing: Listing) -> bool:
    files = tuple(files)
    return any(path.endswith("src/main.rs") or "/src/bin/" in path for path in files) or any(
        "[[bin]]" in listing.text(path, 20_000) for path in files if name_of(path) == "Cargo.toml"
    )


def is_crate(listing: Listing) -> bool:
    """Whether the root of a Cargo workspace is a program itself, beside its members.

    Source: https://doc.rust-lang.org/cargo/reference/workspaces.html#root-package.
    """
    built = "Cargo.toml" in listing.sizes and "[package]" in listing.text("Cargo.toml", 100_000)
    return built and "src/main.rs" in listing.sizes


def _elixir(files: Iterable[str], listing: Listing) -> bool | None:
    found = [listing.text(path, 50_000) for path in files if name_of(path) == "mix.exs"]
    return any(_ELIXIR.search(text) for text in found) if found else None


def _likely(sources: list[str], *words: str) -> list[str]:
    """The files, those first whose names promise most; of a large folder not all."""
    return sorted(sources, key=lambda path: not any(word in name_of(path).lower() for word in words))[:_MANY]


_JUDGES: tuple[tuple[frozenset[str], Callable[[Iterable[str], Listing], bool | None]], ...] = (
    (_JVM_LANGUAGES, _jvm),
    (frozenset({"csharp", "fsharp", "visual-basic"}), _net),
    (frozenset({"go"}), _go),
    (_NODE, _node),
    (frozenset({"rust"}), _rust),
    (frozenset({"elixir"}), _elixir),
)
