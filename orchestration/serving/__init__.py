"""Serving: current releases for SQL clients, by servers that are not ours.

Belongs here: what nginx and PostgreSQL need to serve a release, and loading it there. It reads
releases and writes nothing below ``releases/``. What a release is stands in ``release/``.
"""
