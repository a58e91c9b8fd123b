"""A password in every form in which a database's address may be told."""

CANARY = "cAn4ry"
COMPOSE = "docker-compose.yml"
BUILT = "services:\n  orders:\n    build: ./orders\n"

SECRETS = {
    "compose url": {COMPOSE: BUILT + f"    environment: {{DATABASE_URL: 'postgres://u:{CANARY}@db/shop'}}\n"},
    "compose default": {COMPOSE: BUILT + f"    environment: {{DATABASE_URL: 'postgres://u:${{PW:-{CANARY}}}@db/shop'}}\n"},
    "compose variable": {COMPOSE: BUILT + f"    environment:\n      POSTGRES_PASSWORD: {CANARY}\n      PGPASS: {CANARY}\n"},
    "compose list": {COMPOSE: BUILT + f"    environment: ['DB_PASS={CANARY}', 'DB_HOST=db', 'MYSQL_PWD={CANARY}']\n"},
    "compose options": {COMPOSE: BUILT + f"    environment: ['JAVA_OPTS=-Ddb.password={CANARY} -Xmx1g']\n"},
    "compose anchors and profiles": {
        COMPOSE: "x-db: &db {DATABASE_URL: 'postgres://u:cAn4ry@db/shop', DB_PASSWORD: cAn4ry}\n"
        "services:\n  orders:\n    build: ./orders\n    profiles: [all]\n"
        "    environment: {<<: *db, SPRING_DATASOURCE_PASSWORD: cAn4ry}\n"
    },
    "variables from folders above": {
        "deploy/addons/docker-compose.yml": "services:\n  orders:\n    build: ../../orders\n"
        "    environment: {DATABASE_URL: 'postgres://u:${PW}@db/shop', DSN: '${WHOLE}'}\n",
        "deploy/.env": "PW=cAn4ry\nWHOLE=mysql://u:cAn4ry@m/shop\n",
    },
    "search path": {
        "orders/app.py": "import psycopg2\n"
        "psycopg2.connect('postgresql://u:cAn4ry@db/shop', password='cAn4ry', options='-c search_path=orders')\n"
    },
    "contexts of EF": {
        "orders/appsettings.json": '{"ConnectionStrings": {"Shop": "Host=db;Database=shop;Username=u;Password=cAn4ry"}}',
        "orders/Startup.cs": "using Microsoft.EntityFrameworkCore;\nclass ShopContext : DbContext { }\n"
        "class Startup { void Run() {\n"
        's.AddDbContext<ShopContext>(o => o.UseNpgsql(c.GetConnectionString("Shop")));\n'
        's.AddDbContext<ShopContext>(o => o.UseNpgsql("Host=db;Database=shop;Username=u;Password=cAn4ry")); } }\n',
    },
    "variables of Java": {
        "orders/src/A.java": "import java.sql.*;\nclass A { void a() throws Exception { DriverManager.getConnection("
        '"jdbc:postgresql://" + System.getenv("DB_HOST") + "/shop?user=u&password=cAn4ry"); } }\n',
    },
    "env file": {
        COMPOSE: BUILT + "    env_file: a.env\n",
        "a.env": f"DB_PASSWORD={CANARY}\nURL=mysql://u:{CANARY}@m/shop\nAPI_TOKEN='{CANARY}'\n",
    },
    "interpolated": {
        COMPOSE: BUILT + "    environment: {DATABASE_URL: 'postgres://u:${DB_PASSWORD}@db/shop'}\n",
        ".env": f"DB_PASSWORD={CANARY}\n",
    },
    "spring": {
        "orders/src/main/resources/application.yml": "spring:\n  datasource:\n"
        f"    url: jdbc:mysql://m/shop?user=u&password={CANARY}\n"
        f"    password: {CANARY}\n    hikari: {{password: '{CANARY}'}}\n",
        "orders/src/main/resources/application-prod.properties": f"spring.datasource.password={CANARY}\n"
        f"url=redis://:{CANARY}@r/0\n",
    },
    "spring placeholder": {
        "orders/src/main/resources/application.yml": f"spring.datasource.url: ${{DB:jdbc:postgresql://u:{CANARY}@db/shop}}\n"
    },
    "documents in XML": {
        "orders/src/main/resources/META-INF/persistence.xml": '<persistence-unit name="shop">\n'
        '<property name="javax.persistence.jdbc.url" value="jdbc:mysql://u:cAn4ry@m/shop?password=cAn4ry"/>\n'
        '<property name="javax.persistence.jdbc.password" value="cAn4ry"/>\n',
        "orders/hibernate.cfg.xml": '<property name="connection.password">cAn4ry</property>\n'
        '<property name="connection.url">jdbc:postgresql://db/shop?user=u&amp;password=cAn4ry</property>\n',
        "orders/App.config": '<add name="A" connectionString="Server=db;Database=shop;User Id=u;Password=cAn4ry" />\n',
    },
    "rails": {
        "orders/config/database.yml": f"production: {{adapter: postgresql, host: db, database: shop, password: {CANARY}}}\n"
        f"development: {{url: 'postgres://u:{CANARY}@db/dev', password: \"<%= ENV.fetch('PW') {{ '{CANARY}' }} %>\"}}\n"
    },
    "appsettings": {
        "orders/appsettings.json": f'{{"ConnectionStrings": {{"A": "Server=db;Database=shop;User Id=u;Password={CANARY};", '
        f'"B": "Host=db;Database=x;Username=u;Pwd={CANARY} {CANARY}"}}, "Jwt": {{"Secret": "{CANARY}"}}}}'
    },
    "prisma": {"orders/schema.prisma": f'datasource db {{\n  provider = "mysql"\n  url = "mysql://u:{CANARY}@m/shop"\n}}\n'},
    "ormconfig": {"orders/ormconfig.json": f'{{"type": "mysql", "host": "m", "database": "shop", "password": "{CANARY}"}}'},
    "alembic": {"orders/alembic.ini": f"[alembic]\nsqlalchemy.url = postgresql://u:{CANARY}@db/shop\n"},
    "flyway": {"orders/flyway.conf": f"flyway.url=jdbc:postgresql://db/shop?password={CANARY}\nflyway.password={CANARY}\n"},
    "liquibase": {"orders/liquibase.properties": f"url=jdbc:oracle:thin:u/{CANARY}@//o:1521/shop\npassword: {CANARY}\n"},
    "terraform": {
        "infra/main.tf": f'module "orders" {{\n  db_password = "{CANARY}"\n  url = "postgres://u:{CANARY}@db/shop"\n}}\n'
    },
    "kubernetes": {
        "k8s/orders.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        f"stringData: {{DB_PASSWORD: {CANARY}, uri: 'postgres://u:{CANARY}@db/shop', pgpass: {CANARY}}}\n---\n"
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: orders}\nspec: {template: {spec: {containers: [{name: orders,"
        f" image: orders, envFrom: [{{secretRef: {{name: s}}}}], env: [{{name: DB_PASSWORD, value: {CANARY}}},"
        f" {{name: DB_URL, value: 'postgres://u:{CANARY}@db/shop'}}]}}]}}}}}}\n"
    },
    "kustomize": {
        "k8s/overlays/prod/kustomization.yaml": "secretGenerator:\n- name: s\n"
        f"  literals: ['password={CANARY}', 'DB_PASS={CANARY}']\n"
    },
    "helm": {
        "charts/orders/Chart.yaml": "name: orders\n",
        "charts/orders/values.yaml": f"env: {{DB_PASSWORD: {CANARY}, DB_URL: 'postgres://u:{CANARY}@db/shop'}}\n"
        f"dbPassword: {CANARY}\n",
    },
    "code": {"orders/main.go": f'package main\n\nvar dsn = "postgres://u:{CANARY}@db/shop"\n'},
    "image": {"orders/Dockerfile": f"FROM python\nENV DB_PASSWORD={CANARY} DATABASE_URL=postgres://u:{CANARY}@db/shop\n"},
    "serverless": {
        "orders/serverless.yml": f"provider: {{environment: {{DB_PASS: {CANARY}, URL: 'mysql://u:{CANARY}@m/shop'}}}}\n"
    },
    "task definition": {
        "orders-task.json": '{"containerDefinitions": [{"name": "orders", "environment": [{"name": "DB_PASSWORD", "value":'
        f' "{CANARY}"}}, {{"name": "DATABASE_URL", "value": "postgres://u:{CANARY}@db/shop"}}]}}]}}'
    },
    "skaffold": {
        "skaffold.yaml": "apiVersion: skaffold/v2\nkind: Config\ndeploy: {helm: {releases: [{name: a, chartPath: charts/orders,"
        f" setValues: {{dbPassword: {CANARY}, url: 'postgres://u:{CANARY}@db/shop'}}}}]}}}}\n",
        "charts/orders/Chart.yaml": "name: orders\n",
        "charts/orders/values.yaml": "url: x\n",
        "charts/orders/templates/d.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: orders}\nspec: {template:"
        " {spec: {containers: [{name: orders, env: [{name: DB_URL, value: '{{ .Values.url }}'}]}]}}}\n",
    },
    "knexfile": {
        "orders/knexfile.js": "module.exports = {client: 'pg', connection: {host: 'db', database: 'shop', user: 'u',"
        f" password: '{CANARY}'}}}};\n"
    },
    "sequelize": {
        "orders/db.ts": "import { Sequelize } from 'sequelize';\n"
        f"new Sequelize('shop', 'u', '{CANARY}', {{host: 'db', dialect: 'mysql', password: '{CANARY}'}});\n"
    },
    "node urls": {
        "orders/db.js": "const { Pool } = require('pg');\n"
        f"const pw = '{CANARY}';\nconst url = `postgres://u:${{pw}}@db/shop`;\n"
        f"new Pool({{connectionString: 'postgres://u:{CANARY}@db/shop'}});\nnew Pool({{connectionString: url}});\n"
    },
    "app host": {
        "host/Program.cs": "var b = DistributedApplication.CreateBuilder(args);\n"
        f'var pg = b.AddPostgres("pg", password: b.AddParameter("p", "{CANARY}"));\nvar db = pg.AddDatabase("shop");\n'
        'b.AddProject<Projects.Orders>("orders").WithReference(db);\n'
    },
    "configuration server": {
        "repo/orders.yml": f"spring: {{datasource: {{url: 'jdbc:mysql://m/shop?password={CANARY}', password: {CANARY}}}}}\n",
        "repo/billing-prod.properties": f"spring.datasource.url=jdbc:mysql://u:{CANARY}@m/b\nspring.data.redis.password={CANARY}\n",
    },
    "redis of .NET": {"orders/appsettings.json": f'{{"ConnectionStrings": {{"Redis": "cache:6379,password={CANARY}"}}}}'},
    "oracle": {COMPOSE: BUILT + f"    environment: {{ORACLE_URL: 'jdbc:oracle:thin:u/{CANARY}@//o:1521/shop'}}\n"},
    "java": {
        "orders/src/A.java": f'class A {{ Object c = DriverManager.getConnection("jdbc:mysql://m/s", "u", "{CANARY}"); }}\n'
    },
    "ruby": {"orders/db.rb": f'Sequel.connect("postgres://u:{CANARY}@db/shop")\n'},
    "php": {"orders/db.php": f'<?php\n$db = new PDO("mysql:host=m;dbname=shop;password={CANARY}", "u", "{CANARY}");\n'},
    "python": {
        "orders/db.py": f"import psycopg\ndb = psycopg.connect(host='db', dbname='shop', user='u', password='{CANARY}')\n"
        f"psycopg.connect('postgres://u:{CANARY}@db/shop')\n"
    },
    "go form": {COMPOSE: BUILT + f"    environment: {{DB_DSN: 'u:{CANARY}@tcp(m:3306)/shop'}}\n"},
    "libpq": {COMPOSE: BUILT + f"    environment: {{PG_DSN: 'host=db user=u password={CANARY} dbname=shop'}}\n"},
    "broken": {COMPOSE: BUILT + f"    environment: {{DB_PASSWORD: {CANARY}\n"},
}

FURTHER = {
    "compose command": {
        "docker-compose.yml": (
            "services:\n"
            "  orders:\n"
            "    build: ./orders\n"
            "    command: ['serve', '--db-password=cAn4ry', 'postgres://u:cAn4ry@db/shop']\n"
            "  cache: {image: redis, command: redis-server --requirepass cAn4ry}\n"
            "  db: {image: mysql, healthcheck: {test: mysqladmin ping -pcAn4ry}}\n"
        ),
    },
    "kubernetes arguments": {
        "k8s/orders.yaml": (
            "apiVersion: apps/v1\n"
            "kind: Deployment\n"
            "metadata: {name: orders}\n"
            "spec: {template: {spec: {containers: [{name: orders, image: orders, args: "
            "['--dsn=postgres://u:cAn4ry@db/shop', '--password', 'cAn4ry']}]}}}\n"
        ),
    },
    "kubernetes, settings in a map": {
        "k8s/orders.yaml": (
            "apiVersion: v1\n"
            "kind: ConfigMap\n"
            "metadata: {name: orders}\n"
            "data:\n"
            "  application.properties: |\n"
            "    spring.datasource.url=jdbc:mysql://u:cAn4ry@m/shop\n"
            "    spring.datasource.password=cAn4ry\n"
            "---\n"
            "apiVersion: apps/v1\n"
            "kind: Deployment\n"
            "metadata: {name: orders}\n"
            "spec: {template: {spec: {containers: [{name: orders, image: orders, volumeMounts: [{name: c, "
            "mountPath: /config}]}], volumes: [{name: c, configMap: {name: orders}}]}}}\n"
        ),
    },
    "declared": {
        "orders/dblint.yaml": (
            "version: 1\n"
            "services: [{name: orders, path: ., databases: [shop]}]\n"
            "databases: {shop: {url: 'postgres://u:cAn4ry@db/shop'}}\n"
        ),
    },
    "django": {
        "orders/manage.py": ("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n"),
        "orders/site/settings.py": (
            "INSTALLED_APPS = []\n"
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'db', 'NAME': 'shop', "
            "'USER': 'u', 'PASSWORD': 'cAn4ry'}}\n"
        ),
    },
    "django by url": {
        "orders/site/settings.py": (
            "import dj_database_url, environ\n"
            "env = environ.Env()\n"
            "DATABASES = {'default': dj_database_url.config(default='postgres://u:cAn4ry@db/shop'), 'x': "
            "env.db('X', default='mysql://u:cAn4ry@m/x')}\n"
        ),
    },
    "pydantic": {
        "orders/settings.py": (
            "from pydantic_settings import BaseSettings\n"
            "from sqlalchemy import create_engine\n"
            "class Settings(BaseSettings):\n"
            "    db_password: str = 'cAn4ry'\n"
            "    url: str = 'postgresql://u:cAn4ry@db/shop'\n"
            "s = Settings()\n"
            "engine = create_engine(s.url)\n"
            "other = create_engine(f'postgresql://u:{s.db_password}@db/other')\n"
        ),
    },
    "environment with a default": {
        "orders/db.py": (
            "import os, asyncpg\n"
            "PASSWORD = os.getenv('DB_PASSWORD', 'cAn4ry')\n"
            "pool = asyncpg.create_pool(os.getenv('DSN', 'postgres://u:cAn4ry@db/shop'))\n"
            "other = asyncpg.create_pool(host='db', user='u', password=PASSWORD, database='other')\n"
        ),
    },
    "sqlalchemy parts": {
        "orders/db.py": (
            "from sqlalchemy import URL, create_engine\n"
            "e = create_engine(URL.create('postgresql', username='u', password='cAn4ry', host='db', database='shop'))\n"
        ),
    },
    "go, put together": {
        "orders/main.go": (
            "package main\n"
            "\n"
            "import (\n"
            '\t"database/sql"\n'
            '\t"fmt"\n'
            '\t"os"\n'
            ")\n"
            "\n"
            "func main() {\n"
            '\thost := os.Getenv("DB_HOST")\n'
            '\tsql.Open("postgres", fmt.Sprintf("host=%s user=u password=cAn4ry dbname=shop", host))\n'
            '\tsql.Open("mysql", fmt.Sprintf("u:cAn4ry@tcp(%s:3306)/shop", host))\n'
            '\tsql.Open("postgres", fmt.Sprintf("postgres://u:%s@%s/shop", "cAn4ry", host))\n'
            "}\n"
        ),
    },
    "java, put together": {
        "orders/src/A.java": (
            "import java.sql.*;\n"
            "class A { void a() throws Exception { "
            'DriverManager.getConnection(String.format("jdbc:postgresql://%s/shop?user=u&password=cAn4ry", '
            '"db")); } }\n'
        ),
    },
    "kotlin": {
        "orders/src/A.kt": (
            "import org.jetbrains.exposed.sql.Database\n"
            "\n"
            'val db = Database.connect("jdbc:postgresql://db/shop", driver = "org.postgresql.Driver", user = '
            '"u", password = "cAn4ry")\n'
        ),
    },
    "c#": {
        "orders/P.cs": (
            "using Npgsql;\n"
            'var c = new NpgsqlConnection("Host=db;Username=u;Password=cAn4ry;Database=shop");\n'
            'new NpgsqlCommand("select id from orders", c).ExecuteReader();\n'
        ),
    },
    "rust": {
        "orders/src/main.rs": ('fn main() { let p = PgPool::connect("postgres://u:cAn4ry@db/shop"); }\n'),
    },
    "settings in TOML": {
        "orders/config.toml": ('[database]\nurl = "postgres://u:cAn4ry@db/shop"\npassword = "cAn4ry"\n'),
    },
    "settings in YAML": {
        "orders/config.yml": ("postgres:\n  dsn: 'host=db user=u password=cAn4ry dbname=shop'\n  pass: cAn4ry\n"),
    },
    "laravel": {
        "orders/.env": ("DB_CONNECTION=mysql\nDB_HOST=m\nDB_DATABASE=shop\nDB_USERNAME=u\nDB_PASSWORD=cAn4ry\n"),
    },
    "symfony": {
        "orders/config/packages/doctrine.yaml": ("doctrine: {dbal: {url: 'mysql://u:cAn4ry@m/shop', password: cAn4ry}}\n"),
    },
    "typeorm": {
        "orders/db.ts": (
            "import { DataSource } from 'typeorm';\n"
            "export const d = new DataSource({type: 'postgres', host: 'db', username: 'u', password: 'cAn4ry', "
            "database: 'shop'});\n"
        ),
    },
    "mongoose": {
        "orders/db.js": ("const mongoose = require('mongoose');\nmongoose.connect('mongodb://u:cAn4ry@m/shop');\n"),
    },
    "links": {
        "orders/migrations/0001.sql": (
            "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db', dbname 'shop');\n"
            "CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'u', password 'cAn4ry');\n"
            "CREATE FOREIGN TABLE f (id int) SERVER s;\n"
            "SELECT * FROM dblink('host=db user=u password=cAn4ry dbname=shop', 'select id from x') AS t(id int);\n"
            "CREATE SUBSCRIPTION b CONNECTION 'host=db dbname=shop user=u password=cAn4ry' PUBLICATION p;\n"
        ),
    },
    "links of MySQL": {
        "orders/migrations/0001.sql": (
            "CREATE TABLE f (id int) ENGINE=FEDERATED CONNECTION='mysql://u:cAn4ry@m:3306/shop/orders';\n"
            "CREATE USER 'u'@'%' IDENTIFIED BY 'cAn4ry';\n"
        ),
    },
    "links of Oracle": {
        "orders/migrations/0001.sql": (
            "CREATE DATABASE LINK far CONNECT TO u IDENTIFIED BY cAn4ry USING 'o:1521/shop';\nSELECT id FROM orders@far;\n"
        ),
    },
    "links of SQL Server": {
        "orders/migrations/0001.sql": (
            "EXEC sp_addlinkedserver @server = N'far', @srvproduct = N'SQL Server';\n"
            "GO\n"
            "EXEC sp_addlinkedsrvlogin @rmtsrvname = N'far', @useself = N'False', @rmtuser = N'u', @rmtpassword "
            "= N'cAn4ry';\n"
            "GO\n"
            "SELECT * FROM OPENROWSET('SQLNCLI', 'Server=far;UID=u;PWD=cAn4ry;', 'SELECT id FROM shop.dbo.orders');\n"
        ),
    },
    "roles": {
        "orders/migrations/0001.sql": (
            "CREATE USER u WITH PASSWORD 'cAn4ry';\n"
            "ALTER ROLE u PASSWORD 'cAn4ry';\n"
            "CREATE TABLE t (id int);\n"
            "GRANT SELECT ON t TO u;\n"
        ),
    },
}
SECRETS |= FURTHER
