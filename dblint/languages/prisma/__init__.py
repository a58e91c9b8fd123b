"""Prisma schemas: models as classes, without a grammar."""
