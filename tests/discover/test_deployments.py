"""Which services the deployment files of a tree start: Compose, Dockerfiles, Procfiles, Kubernetes and their scripts."""

import time
from pathlib import Path

import pytest

from tests.discover.trees import kinds, plant, scan, services


def test_a_compose_service_is_its_build_context(tmp_path: Path) -> None:
    compose = """\
services:
  db: {image: postgres:16}
  orders:
    build: ./services/orders
    command: python -m app.main
  orders-worker:
    build: {context: services/orders}
    command: [python, -m, worker.main]
  billing:
    build: {context: ., dockerfile: services/billing/Dockerfile}
"""
    plant(
        tmp_path,
        "services/orders/app/main.py",
        "services/orders/worker/main.py",
        "services/billing/main.py",
        contents={"docker-compose.yml": compose, "services/billing/Dockerfile": "FROM python\nCMD python main.py\n"},
    )
    assert services(tmp_path) == {"orders": "services/orders", "billing": "services/billing"}
    orders = next(service for service in scan(tmp_path).services if service.name == "orders")
    assert [(proof.kind, str(proof.place), proof.message) for proof in orders.evidence] == [
        ("compose", "docker-compose.yml:3", "service orders"),
        ("compose", "docker-compose.yml:6", "service orders-worker"),
    ]


def test_an_image_of_scripts_that_use_a_database_is_a_service_beside_several_programs(tmp_path: Path) -> None:
    image = "FROM alpine\nCOPY run.sh /\nCMD /run.sh\n"
    plant(
        tmp_path,
        "images/api/main.py",
        "images/mail/main.py",
        contents={
            "images/api/Dockerfile": "FROM python\nCMD python main.py\n",
            "images/mail/Dockerfile": "FROM python\nCMD python main.py\n",
            "images/certificates/Dockerfile": image,
            "images/certificates/run.sh": "redis-cli -h cache SET failed 1\n",
            "images/resolver/Dockerfile": image,
            "images/resolver/run.sh": "unbound -d\n",
            "images/store/Dockerfile": "FROM postgres:16\nCOPY run.sh /\n",
            "images/store/run.sh": "psql -c 'CREATE TABLE a (id int)'\n",
        },
    )
    assert kinds(tmp_path) == dict.fromkeys(("api", "certificates", "mail"), "service")


def test_an_image_of_scripts_that_use_a_database_is_none_beside_one_program(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "images/api/main.py",
        "orders/main.py",
        contents={
            "images/api/Dockerfile": "FROM python\nCMD python main.py\n",
            "orders/Dockerfile": "FROM python\nCMD python main.py\n",
            "images/certificates/Dockerfile": "FROM alpine\nCOPY run.sh /\nCMD /run.sh\n",
            "images/certificates/run.sh": "redis-cli -h cache SET failed 1\n",
        },
    )
    assert kinds(tmp_path) == {"api": "service", "orders": "service"}


SCRIPT = """\
#!/bin/sh
cd "$(dirname $0)"
if [[ "$1" == "listen" ]]; then
    exec python3.11 -m listener.main
elif [[ "$1" == "api" ]]; then
    exec gunicorn -c api/settings.py \\
        -w 4 api.server:app
fi
case "$2" in
  report|reports) python reporting/run.py ;;
  *) echo "no" ;;
esac
"""


def test_a_command_is_followed_through_an_entry_point_script(tmp_path: Path) -> None:
    compose = """\
services:
  ve_listener: {image: app, command: /engine/entrypoint.sh listen}
  ve_api: {build: ., command: ["/engine/entrypoint.sh", "api"]}
"""
    template = """\
apiVersion: v1
kind: Template
objects:
- kind: Deployment
  spec:
    containers:
    - image: x
      command: [/engine/entrypoint.sh]
      args: [listen]
    initContainers:
    - image: x
      command: [python, -m, setup_things.main]
"""
    plant(
        tmp_path,
        "listener/main.py",
        "api/server.py",
        "api/settings.py",
        "common/db.py",
        "database/001.sql",
        "database/upgrade.py",
        "tests/test_api.py",
        "scripts/x.py",
        "resources/load.py",
        contents={"entrypoint.sh": SCRIPT, "docker-compose.yml": compose, "deploy/app.yaml": template},
    )
    assert kinds(tmp_path) == {"api": "service", "listener": "service", "common": "library", "database": "schema"}
    listener = next(service for service in scan(tmp_path).services if service.name == "listener")
    assert [(proof.kind, str(proof.place)) for proof in listener.evidence] == [
        ("compose", "docker-compose.yml:2"),
        ("kubernetes", "deploy/app.yaml:8"),
    ]


@pytest.mark.parametrize(
    "command",
    [
        "python -m listener.main",
        "python listener/main.py",
        "python3 /app/listener/main.py --verbose",
        "sh -c 'sleep 1 && exec python -m listener.main'",
        'bash -c "./wait-for-it.sh db:5432 -- python -m listener.main"',
        "tini -- python -m listener.main",
        "uvicorn listener.main:app --host 0.0.0.0",
        "celery -A listener.main worker",
        "poetry run gunicorn -w 4 listener.main:create_app()",
        "env A=b python -m listener",
        "./run.sh listener",
        "./any.sh python -m listener.main",
    ],
)
def test_a_command_names_its_folder(tmp_path: Path, command: str) -> None:
    plant(
        tmp_path,
        "listener/main.py",
        "listener/__main__.py",
        "sender/main.py",
        contents={
            "run.sh": "#!/bin/sh\npython -m $1.main\n",
            "any.sh": '#!/bin/sh\nset -e\nexec "$@"\n',
            "compose.yaml": "services:\n  b: {build: ., command: python -m sender.main}\n"
            f"  a:\n    build: .\n    command: {command}\n",
        },
    )
    evidence = {service.name: service.evidence[0].kind for service in scan(tmp_path).services}
    assert evidence == {"listener": "compose", "sender": "compose"}


def test_a_procfile_starts_folders(tmp_path: Path) -> None:
    plant(tmp_path, "web/app.py", "mailer/app.py", contents={"Procfile": "web: gunicorn web.app\nmail: python mailer/app.py\n"})
    assert services(tmp_path) == {"web": "web", "mailer": "mailer"}


def test_dockerfiles_beside_each_other_start_what_they_copy(tmp_path: Path) -> None:
    for name in ("orders", "billing"):
        text = f'FROM python\nCOPY common /app/common\nCOPY services/{name} /app\nCMD ["python", "main.py"]\n'
        plant(tmp_path, f"services/{name}/main.py", contents={f"docker/{name}.Dockerfile": text})
    plant(tmp_path, "common/db.py")
    assert kinds(tmp_path) == {"billing": "service", "orders": "service", "common": "library"}


def test_a_mounted_folder_is_what_a_stock_image_runs(tmp_path: Path) -> None:
    compose = """\
services:
  a: {image: python, volumes: ["./orders:/app"], command: python app.py}
  b: {image: python, volumes: ["./billing:/app"], command: python app.py}
  c: {image: redis, command: redis-server /etc/redis.conf}
"""
    plant(tmp_path, "orders/app.py", "billing/app.py", contents={"compose.yml": compose})
    assert services(tmp_path) == {"orders": "orders", "billing": "billing"}


def test_a_script_that_a_stock_image_runs_makes_no_service_of_a_folder_for_infrastructure(tmp_path: Path) -> None:
    mounted = "./infrastructure/vault/scripts/setup.sh:/setup.sh"
    vault = f"{{image: vault, volumes: ['{mounted}', 'data:/data'], entrypoint: /bin/sh /setup.sh}}"
    plant(
        tmp_path,
        "orders/main.py",
        "infrastructure/vault/scripts/setup.sh",
        "infrastructure/postgres/init.sql",
        contents={"docker-compose.yml": f"services:\n  vault: {vault}\n  orders: {{build: ./orders}}\n"},
    )
    assert services(tmp_path) == {"orders": "orders"}


@pytest.mark.parametrize(
    "name", ["docker-compose.test.yml", "tests/docker-compose.yml", "docs/compose.yaml", "examples/demo/docker-compose.yml"]
)
def test_compose_files_of_tests_and_examples_start_no_services(tmp_path: Path, name: str) -> None:
    text = "services: {a: {build: ., command: python a/x.py}, b: {build: ., command: python b/x.py}}\n"
    root = plant(tmp_path / "shop", "a/x.py", "b/x.py", "main.py", contents={name: text, "main.py": "import a.x, b.x\n"})
    assert services(root) == {"shop": "."}


def test_an_unreadable_compose_file_is_a_problem(tmp_path: Path) -> None:
    plant(tmp_path, "a/app.py", "b/app.py", contents={"docker-compose.yml": "services:\n\ta: {build: .}\n"})
    tree = scan(tmp_path)
    assert [(problem.path, problem.reason, problem.line) for problem in tree.problems] == [
        ("docker-compose.yml", "syntax-error", 2)
    ]
    assert len(tree.services) == 2


def test_a_helm_template_is_passed_over(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Pod\nspec:\n{{- if .x }}\n  command: [a]\n{{ end }}\n"
    plant(tmp_path, "a/app.py", "b/app.py", contents={"chart/x.yaml": text})
    assert scan(tmp_path).problems == ()


def test_merge_keys_of_a_compose_file_are_followed(tmp_path: Path) -> None:
    compose = """\
x-base: &base {build: ., environment: {A: b}}
services:
  one: {<<: *base, command: python -m one.main}
  two:
    <<: [*base]
    command: python -m two.main
"""
    plant(tmp_path, "one/main.py", "two/main.py", contents={"compose.yaml": compose})
    assert {service.evidence[0].kind for service in scan(tmp_path).services} == {"compose"}


@pytest.mark.parametrize("context", ["../elsewhere", "https://example.com/x.git", "${CONTEXT}", "/abs"])
def test_a_context_outside_the_tree_is_no_service(tmp_path: Path, context: str) -> None:
    root = plant(tmp_path / "shop", "app/main.py", contents={"compose.yaml": f"services: {{a: {{build: '{context}'}}}}\n"})
    assert services(root) == {"shop": "."}


def test_scripts_that_call_each_other_end(tmp_path: Path) -> None:
    lines = "".join(f"./{name}.sh {number}\n" for name in "abc" for number in range(200))
    contents = {f"{name}.sh": lines for name in "abc"} | {"compose.yaml": "services: {x: {build: ., command: ./a.sh}}\n"}
    start = time.process_time()
    assert len(scan(plant(tmp_path, "one/app.py", "two/app.py", contents=contents)).services) == 2
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "text", ["services: [a, b]\n", "services: {a: 1, b: [c], d: {build: [x], command: {e: f}}}\n", "services:\n", "- 1\n", ""]
)
def test_a_compose_file_of_another_form_says_nothing(tmp_path: Path, text: str) -> None:
    plant(tmp_path, "one/app.py", "two/app.py", contents={"compose.yaml": text})
    tree = scan(tmp_path)
    assert (len(tree.services), tree.problems) == (2, ())


@pytest.mark.parametrize("around", [".", "Backend"])
def test_images_of_everything_are_the_folders_of_their_dockerfiles_and_a_server_beside_them_is_none(
    tmp_path: Path, around: str
) -> None:
    build = "build: {{context: {0}, dockerfile: {1}/Dockerfile}}"
    names = {"orders": "Services/Orders/Orders.API", "users": "Services/Users/Users.API", "search": "Infrastructure/Search"}
    composed = "\n".join(f"  {name}: {{{build.format(around, folder)}}}" for name, folder in names.items())
    plant(
        tmp_path,
        *(f"{around}/{names[name]}/main.py" for name in ("orders", "users")),
        contents={
            "docker-compose.yml": f"services:\n{composed}\n",
            **{f"{around}/{folder}/Dockerfile": "FROM scratch\n" for folder in names.values()},
        },
    )
    prefix = "" if around == "." else f"{around}/"
    folders = {f"{prefix}Services/Orders/Orders.API", f"{prefix}Services/Users/Users.API"}
    assert set(services(tmp_path).values()) == folders
