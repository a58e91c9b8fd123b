"""Replays of what really happened: the commits of a repository, and its migrations on a real database."""
