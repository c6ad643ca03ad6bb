"""Watching: notices to people, metrics to Prometheus, and the feed brought up to date.

Belongs here: what is told of runs, gates, sources and releases, to whom, and how often. Stays
out: what decides anything. A channel that fails never fails a refresh; it is said.
"""
