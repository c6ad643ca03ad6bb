"""Off-site: copies of landing and of the releases at any address that fsspec knows, and back.

Belongs here: what of a home is copied, how it is verified, how a home is made from a copy. Stays
out: whatever can be made again (raw, builds, Dagster's history), and deciding anything.
"""
