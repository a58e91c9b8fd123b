"""For each tool that follows its models: the files of a service whose model of `users` has a column {column}."""

from collections.abc import Mapping

Files = Mapping[str, str]

_TYPEORM_MODEL = """\
import { Entity, Column, PrimaryGeneratedColumn } from "typeorm";

@Entity("users")
export class User {
  @PrimaryGeneratedColumn() id: number;
  @Column() {column}: string;
}
"""
_TYPEORM_SOURCE = """\
import { DataSource } from "typeorm";
import { User } from "./user";

export const source = new DataSource({ type: "postgres", synchronize: {switch}, entities: [User] });
"""
_NEST = """\
import { TypeOrmModule } from "@nestjs/typeorm";

export const database = TypeOrmModule.forRootAsync({
  useFactory: (config) => ({ type: "postgres", autoLoadEntities: true, synchronize: config.get("MODE") !== "production" }),
});
"""
_PRISMA = """\
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model User {
  id       Int    @id @default(autoincrement())
  {column} String
  @@map("users")
}
"""
_DRIZZLE = """\
import { pgTable, serial, text } from "drizzle-orm/pg-core";

export const users = pgTable("users", { id: serial("id"), {column}: text("{column}") });
"""
_MIKRO = """\
import { Entity, MikroORM, PrimaryKey, Property } from "@mikro-orm/core";

@Entity({ tableName: "users" })
export class User {
  @PrimaryKey() id!: number;
  @Property() {column}!: string;
}

export async function start(orm: MikroORM) {
  await orm.schema.updateSchema();
}
"""
_SEQUELIZE = """\
const { Sequelize, DataTypes } = require("sequelize");
const sequelize = new Sequelize("postgresql://db/shop");
const User = sequelize.define("User", { {column}: DataTypes.STRING }, { tableName: "users" });
sequelize.sync({ alter: true });
"""
_GORM = """\
package main

import "gorm.io/gorm"

type User struct {
	ID     uint
	{column} string
}

func start(db *gorm.DB) error {
	return db.AutoMigrate(&User{})
}
"""
_JPA = """\
package accounts;

import jakarta.persistence.*;

@Entity
@Table(name = "users")
public class User {
  @Id private Long id;
  private String {column};
}
"""
_HIBERNATE_CODE = """\
package accounts;

class Database {
  void configure(java.util.Properties settings) {
    settings.put("hibernate.hbm2ddl.auto", "update");
  }
}
"""
_EF = """\
using Microsoft.EntityFrameworkCore;

public class User { public int Id { get; set; } public string {column} { get; set; } }

public class Shop : DbContext {
  public DbSet<User> Users { get; set; }
  protected override void OnModelCreating(ModelBuilder builder) { builder.Entity<User>().ToTable("users"); }
}

public static class Start {
  public static void Run(Shop shop) { shop.Database.{call}(); }
}
"""
_ALCHEMY = """\
from sqlalchemy import Column, Integer, String, create_engine
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    {column} = Column(String(100))


Base.metadata.create_all(create_engine("postgresql://db/shop"))
"""
_DJANGO = """\
from django.db import models


class User(models.Model):
    {column} = models.TextField()

    class Meta:
        db_table = "users"
"""
_DOCTRINE = """\
<?php
namespace App\\Entity;

use Doctrine\\ORM\\Mapping as ORM;

#[ORM\\Entity]
#[ORM\\Table(name: "users")]
class User
{
    #[ORM\\Id, ORM\\Column] private int $id;
    #[ORM\\Column(name: "{column}")] private string $mail;
}
"""
_PHP_IMAGE = "FROM php:8.3\nCMD php bin/console doctrine:schema:update {how} && php-fpm\n"
_SPRING = "spring: {jpa: {hibernate: {ddl-auto: VALUE}}}\n"
_GO = "module example.com/accounts\n\nrequire gorm.io/gorm v1.25.0\n"

FOLLOWED: Mapping[str, Files] = {
    "typeorm": {"accounts/user.ts": _TYPEORM_MODEL, "accounts/source.ts": _TYPEORM_SOURCE.replace("{switch}", "true")},
    "typeorm, as Nest configures it": {"accounts/user.ts": _TYPEORM_MODEL, "accounts/database.ts": _NEST},
    "prisma without migrations": {"accounts/schema.prisma": _PRISMA},
    "drizzle without migrations": {"accounts/schema.ts": _DRIZZLE},
    "mikro-orm": {"accounts/user.ts": _MIKRO},
    "sequelize": {"accounts/index.js": _SEQUELIZE},
    "gorm": {"accounts/main.go": _GORM, "accounts/go.mod": _GO},
    "hibernate by Spring's settings": {
        "accounts/User.java": _JPA,
        "accounts/src/main/resources/application.yml": _SPRING.replace("VALUE", "update"),
    },
    "hibernate by code": {"accounts/User.java": _JPA, "accounts/Database.java": _HIBERNATE_CODE},
    "efcore": {"accounts/Shop.cs": _EF.replace("{call}", "EnsureCreated")},
    "doctrine, by what its container runs": {
        "accounts/src/Entity/User.php": _DOCTRINE,
        "accounts/Dockerfile": _PHP_IMAGE.replace("{how}", "--complete --force"),
    },
    "doctrine, by a script": {
        "accounts/src/Entity/User.php": _DOCTRINE,
        "accounts/bin/start.sh": "#!/bin/sh\nset -e\nphp bin/console d:s:u -f\nexec php-fpm\n",
    },
    "typeorm, by a script of its package": {
        "accounts/user.ts": _TYPEORM_MODEL,
        "accounts/package.json": '{"name": "accounts", "scripts": {"start": "typeorm schema:sync && node index.js"}}',
    },
    "sqlalchemy": {"accounts/models.py": _ALCHEMY},
    "django without migrations": {"accounts/people/models.py": _DJANGO},
}
"""Tools by what has them follow the model."""

APART: Mapping[str, Files] = {
    "typeorm": {"accounts/user.ts": _TYPEORM_MODEL, "accounts/source.ts": _TYPEORM_SOURCE.replace("{switch}", "false")},
    "hibernate": {
        "accounts/User.java": _JPA,
        "accounts/src/main/resources/application.yml": _SPRING.replace("VALUE", "validate"),
    },
    "efcore": {"accounts/Shop.cs": _EF.replace("{call}", "CanConnect")},
    "doctrine that only shows": {
        "accounts/src/Entity/User.php": _DOCTRINE,
        "accounts/Dockerfile": _PHP_IMAGE.replace("{how}", "--dump-sql"),
    },
    "prisma with migrations": {
        "accounts/prisma/schema.prisma": _PRISMA,
        "accounts/prisma/migrations/1_init/migration.sql": "CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL);",
    },
}
"""The same where something else changes the database."""
