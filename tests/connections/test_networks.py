"""Which machine a host name means: Compose projects, Kubernetes namespaces, the developer's machine."""

from pathlib import Path

import pytest

from tests.connections.trees import connections, service, told

COMPOSE = (
    "services:\n  {name}:\n    build: .\n    environment: {{DATABASE_URL: 'postgres://u:p@db/app'}}\n"
    "  db: {{image: postgres}}\n"
)


def manifest(name: str, namespace: str = "", url: str = "postgres://u:p@db/app") -> str:
    where = f", namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{where}}}\nspec:\n  template:\n    spec:\n"
        f"      containers:\n      - name: {name}\n        image: shop/{name}\n"
        f"        env: [{{name: DATABASE_URL, value: '{url}'}}]\n"
    )


def database(namespace: str) -> str:
    return (
        f"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: pg, namespace: {namespace}}}\nspec:\n  template:\n"
        "    metadata: {labels: {app: pg}}\n    spec: {containers: [{name: pg, image: 'postgres:16'}]}\n---\n"
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: db, namespace: {namespace}}}\nspec: {{selector: {{app: pg}}}}\n"
    )


def databases(tmp_path: Path, files: dict[str, str]) -> dict[str, str]:
    return {link.service: link.database for link in connections(tmp_path, service("orders", "billing") | files)}


def test_one_name_in_two_compose_projects_is_two_machines(tmp_path: Path) -> None:
    files = {f"{name}/docker-compose.yml": COMPOSE.format(name=name) for name in ("orders", "billing")}
    assert databases(tmp_path, files) == {"orders": "postgresql://db.orders/app", "billing": "postgresql://db.billing/app"}


def test_projects_on_one_external_network_share_their_names(tmp_path: Path) -> None:
    network = "networks: {default: {external: true, name: shop}}\n"
    only = "services:\n  billing: {build: ., networks: [default], environment: {DATABASE_URL: 'postgres://u:p@db/app'}}\n"
    orders = COMPOSE.format(name="orders").replace("build: .", "build: .\n    networks: [default]")
    files = {
        "orders/docker-compose.yml": orders.replace("image: postgres", "image: postgres, networks: [default]") + network,
        "billing/docker-compose.yml": only + network,
    }
    assert databases(tmp_path, files) == {"orders": "postgresql://db/app", "billing": "postgresql://db/app"}


def test_services_of_one_cluster_share_a_host(tmp_path: Path) -> None:
    files = {f"k8s/{name}.yaml": manifest(name, "shop") for name in ("orders", "billing")} | {"k8s/db.yaml": database("shop")}
    found = connections(tmp_path, service("orders", "billing") | files)
    assert told(found) == {(name, "kubernetes", "postgresql://pg/app") for name in ("orders", "billing")}


def test_one_name_in_two_namespaces_is_two_machines(tmp_path: Path) -> None:
    files = {f"k8s/{name}.yaml": manifest(name, name) for name in ("orders", "billing")}
    files |= {f"k8s/db-{name}.yaml": database(name) for name in ("orders", "billing")}
    assert len(set(databases(tmp_path, files).values())) == 2


def test_a_name_with_its_namespace_is_the_service_there(tmp_path: Path) -> None:
    url = "postgres://u:p@db.billing.svc.cluster.local:5432/app"
    files = {"k8s/orders.yaml": manifest("orders", "orders", url), "k8s/billing.yaml": manifest("billing", "billing")}
    files |= {f"k8s/db-{name}.yaml": database(name) for name in ("orders", "billing")}
    found = databases(tmp_path, files)
    assert found["orders"] == found["billing"]


def test_settings_come_from_config_maps_and_secrets(tmp_path: Path) -> None:
    text = manifest("orders").replace(
        "env: [{name: DATABASE_URL, value: 'postgres://u:p@db/app'}]",
        "envFrom: [{configMapRef: {name: main}}, {secretRef: {name: hidden}}]\n        env:\n"
        "        - {name: DB_NAME, valueFrom: {configMapKeyRef: {name: main, key: name}}}\n"
        "        - {name: AUDIT_DB_URL, valueFrom: {secretKeyRef: {name: outside, key: url}}}",
    )
    stored = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: main}\ndata: {DB_HOST: pg, name: app}\n---\n"
        "apiVersion: v1\nkind: Secret\nmetadata: {name: hidden}\ndata: {DB_USER: b3JkZXJz, DB_PASSWORD: Y2FuYXJ5}\n---\n"
    )
    found = connections(tmp_path, service("orders", "billing") | {"k8s/all.yaml": stored + text})
    assert {(link.database, link.user) for link in found} == {
        ("sql://pg/app", "orders"),
        ("secret/default/outside/url", ""),
    }


def test_an_overlay_is_an_environment_of_its_own(tmp_path: Path) -> None:
    base = manifest("orders").replace(
        "env: [{name: DATABASE_URL, value: 'postgres://u:p@db/app'}]", "envFrom: [{configMapRef: {name: main}}]"
    )
    files = {
        "k8s/base/orders.yaml": base,
        "k8s/base/kustomization.yaml": "resources: [orders.yaml]\nconfigMapGenerator:\n- name: main\n"
        "  literals: ['DATABASE_URL=postgres://db/app']\n",
        "k8s/overlays/prod/kustomization.yaml": "resources: [../../base]\nconfigMapGenerator:\n- name: main\n"
        "  behavior: merge\n  envs: [prod.env]\n",
        "k8s/overlays/prod/prod.env": "DATABASE_URL=postgres://rds.example.net/app\n",
    }
    assert told(connections(tmp_path, service("orders", "billing") | files)) == {
        ("orders", "kubernetes", "postgresql://db/app"),
        ("orders", "kubernetes:prod", "postgresql://rds.example.net/app"),
    }


def test_a_helm_chart_is_filled_with_its_values(tmp_path: Path) -> None:
    template = manifest(
        '{{ include "x.fullname" . }}', url='postgres://{{ .Values.db.host }}/{{ .Values.db.name | default "app" }}'
    )
    files = {
        "charts/orders/Chart.yaml": "name: orders\n",
        "charts/orders/values.yaml": "db: {host: pg}\n",
        "charts/orders/values-prod.yaml": "db: {host: rds.example.net}\n",
        "charts/orders/templates/deployment.yaml": "{{- if .Values.enabled }}\n" + template + "{{- end }}\n",
    }
    assert told(connections(tmp_path, service("orders", "billing") | files)) == {
        ("orders", "kubernetes", "postgresql://pg/app"),
        ("orders", "kubernetes:prod", "postgresql://rds.example.net/app"),
    }


def test_an_openshift_template_is_filled_with_its_parameters(tmp_path: Path) -> None:
    body = "".join(f"  {line}\n" for line in manifest("orders", url="postgres://${DB_HOST}/app").splitlines())
    text = "apiVersion: v1\nkind: Template\nobjects:\n-" + body[1:] + "parameters: [{name: DB_HOST, value: pg}]\n"
    assert databases(tmp_path, {"deploy/template.yaml": text}) == {"orders": "postgresql://pg/app"}


def test_what_kubernetes_and_compose_say_is_kept_apart(tmp_path: Path) -> None:
    files = {"docker-compose.yml": COMPOSE.format(name="orders").replace("build: .", "build: ./orders")}
    files |= {"k8s/orders.yaml": manifest("orders", url="postgres://u:p@pg/all")}
    assert told(connections(tmp_path, service("orders", "billing") | files)) == {
        ("orders", "", "postgresql://db/app"),
        ("orders", "kubernetes", "postgresql://pg/all"),
    }


def test_a_database_on_the_developer_s_machine_is_not_certain(tmp_path: Path) -> None:
    files = {"orders/.env": "DATABASE_URL=postgres://localhost/app\n"}
    (link,) = connections(tmp_path, service("orders", "billing") | files)
    assert (link.database, link.complete) == ("postgresql://localhost/app", False)


def test_a_script_names_a_database_and_no_server(tmp_path: Path) -> None:
    files = {"orders/db/mysql/schema.sql": "CREATE DATABASE IF NOT EXISTS shop;\nUSE shop;\nCREATE TABLE t (id int);\n"}
    (link,) = connections(tmp_path, service("orders", "billing") | files)
    assert (link.database, link.complete, link.place.line) == ("mysql:///shop", False, 2)


def test_a_container_of_a_project_that_is_started_together_with_this_one_is_found_by_its_name(tmp_path: Path) -> None:
    addon = "services:\n  billing: {build: ../../billing, environment: {DATABASE_URL: 'postgres://u:p@shop-db/app'}}\n"
    base = (
        "services:\n  orders: {build: ../orders, environment: {DATABASE_URL: 'postgres://u:p@db/app'}}\n"
        "  db: {image: postgres, container_name: shop-db}\n"
    )
    files = {"docker/docker-compose.yml": base, "docker/addons/docker-compose.yml": addon}
    assert databases(tmp_path, files) == {"orders": "postgresql://db/app", "billing": "postgresql://db/app"}


def test_variables_come_from_the_folder_that_compose_is_started_in(tmp_path: Path) -> None:
    addon = "services:\n  billing: {build: ../../billing, environment: {DB_HOST: '${HOST}', DB_NAME: '${NAME}'}}\n"
    files = {
        "docker/addons/docker-compose.yml": f"{addon}  pg: {{image: postgres}}\n",
        "docker/.env": "HOST=pg\nNAME=bills\n",
        ".env": "NAME=other\n",
    }
    assert databases(tmp_path, files) == {"billing": "postgresql://pg/bills"}


def test_every_file_of_a_folder_called_after_compose_is_part_of_the_project(tmp_path: Path) -> None:
    files = {
        "docker-compose/infra.yml": "services:\n  pg: {image: postgres, container_name: shop-pg}\n",
        "docker-compose/apps.yaml": "services:\n"
        "  orders: {build: ../orders, environment: {DATABASE_URL: 'postgres://u:p@shop-pg/app'}}\n"
        "  billing: {build: ../billing, environment: {DATABASE_URL: 'postgres://u:p@pg/app'}}\n",
    }
    assert databases(tmp_path, files) == {"orders": "postgresql://pg/app", "billing": "postgresql://pg/app"}


def test_variants_that_contradict_each_other_are_never_started_together(tmp_path: Path) -> None:
    variant = (
        "services:\n"
        "  orders: {build: ./orders, environment: {DATABASE_URL: 'ENGINE://u:p@WRITTEN/app'}}\n"
        "  billing: {build: ./billing, environment: {DATABASE_URL: 'ENGINE://u:p@READ/app'}}\n"
    )
    files = {
        "docker-compose-mysql.yml": variant.replace("ENGINE", "mysql").replace("WRITTEN", "m").replace("READ", "r"),
        "docker-compose-postgres.yml": variant.replace("ENGINE", "postgres").replace("WRITTEN", "m").replace("READ", "pg"),
        "docker-compose-tools.yml": "services:\n  admin: {image: adminer}\n",
    }
    assert told(connections(tmp_path, service("orders", "billing") | files)) == {
        ("orders", "mysql", "mysql://m/app"),
        ("billing", "mysql", "mysql://r/app"),
        ("orders", "postgres", "postgresql://m/app"),
        ("billing", "postgres", "postgresql://pg/app"),
    }


def test_a_property_of_a_framework_is_a_connection_whatever_service_it_is_called_after(tmp_path: Path) -> None:
    compose = (
        "services:\n  orders:\n    build: orders\n    environment:\n"
        "    - SPRING_DATASOURCE_BILLING_URL=jdbc:postgresql://db:5432/billing\n"
        "    - BILLING_DATABASE_URL=postgres://db/other\n"
        "  db: {image: postgres}\n"
    )
    assert databases(tmp_path, {"docker-compose.yml": compose}) == {"orders": "postgresql://db/billing"}


def test_what_a_new_project_of_laravel_says_names_no_database(tmp_path: Path) -> None:
    text = "DB_CONNECTION=mysql\nDB_HOST=127.0.0.1\nDB_PORT=3306\nDB_DATABASE={}\nDB_USERNAME=root\nMEMCACHED_HOST=127.0.0.1\n"
    files = {"orders/.env.example": text.format("laravel"), "billing/.env.example": text.format("billing")}
    assert databases(tmp_path, files) == {"billing": "mysql://127.0.0.1/billing"}


@pytest.mark.parametrize(("folder", "environment"), [("staging", "staging"), ("Prod", "prod"), ("stack", "")])
def test_the_folder_of_a_compose_file_may_name_its_environment(folder: str, environment: str, tmp_path: Path) -> None:
    written = f"services:\n  orders:\n    build: ../orders\n    environment: {{DATABASE_URL: 'postgres://u@{folder.lower()}-db/shop'}}\n"
    links = connections(tmp_path, service("orders") | {f"{folder}/docker-compose.yml": written})
    assert told(links) == {("orders", environment, f"postgresql://{folder.lower()}-db/shop")}


def test_a_published_image_that_mounts_settings_of_a_service_is_not_that_service(tmp_path: Path) -> None:
    url = "environment: {DATABASE_URL: 'postgres://u:p@db/app'}"
    files = {
        "orders/docker/realms/shop.json": "{}",
        "billing/src/main.py": "print()\n",
        "docker-compose.yml": (
            "services:\n  db: {image: postgres}\n"
            f"  login: {{image: 'keycloak/keycloak:26', volumes: ['./orders/docker/realms:/data'], {url}}}\n"
            f"  pay: {{image: 'python:3.12', volumes: ['./billing/src:/app'], {url}}}\n"
        ),
    }
    assert databases(tmp_path, files) == {"billing": "postgresql://db/app"}


def test_a_name_in_the_compose_project_of_another_service_is_not_known_outside(tmp_path: Path) -> None:
    url = "spring.datasource.url=jdbc:postgresql://db:5432/app\n"
    files = {
        "orders/docker-compose.yml": COMPOSE.format(name="orders"),
        "orders/src/main/resources/application.properties": url,
        "billing/src/main/resources/application.properties": url,
    }
    found = connections(tmp_path, service("orders", "billing") | files)
    assert {(link.service, link.database, link.complete) for link in found} == {
        ("orders", "postgresql://db/app", True),
        ("billing", "postgresql://db/app", False),
    }


@pytest.mark.parametrize(
    ("omitted", "expected"),
    [
        ("", {"orders": "mysql://db.shop-orders/app", "billing": "mysql://db.shop-billing/app"}),
        ("omit_containers: [db, ddev-ssh-agent]\n", {"orders": "mysql://db/app", "billing": "mysql://db/app"}),
    ],
)
def test_each_project_of_ddev_has_a_server_of_its_own(tmp_path: Path, omitted: str, expected: dict[str, str]) -> None:
    files = {f"{name}/.env": "DATABASE_URL=mysql://u:p@db/app\n" for name in ("orders", "billing")}
    files |= {
        f"{name}/.ddev/config.yaml": f"name: shop-{name}\ntype: laravel\ndatabase:\n  type: mysql\n  version: '8.0'\n{omitted}"
        for name in ("orders", "billing")
    }
    assert databases(tmp_path, files) == expected


def test_a_project_below_the_folder_of_a_service_is_its_own(tmp_path: Path) -> None:
    url = "DATABASE_URL=mysql://u:p@db/app\n"
    files = {
        "orders/source/.ddev/config.yaml": "name: orders\n",
        "orders/source/.env": url,
        "billing/.ddev/config.yaml": "name: billing\n",
        "billing/.env": url,
    }
    found = connections(tmp_path, service("orders", "billing") | files)
    assert {(link.service, link.database, link.complete) for link in found} == {
        ("orders", "mysql://db.orders/app", True),
        ("billing", "mysql://db.billing/app", True),
    }
