"""The release: candidate, audit, publication, rollback. Nothing else writes below ``releases/``.

Belongs here: exporting the candidate's tables with their content hash; collecting the verdict
of every declared check into an audit bound to that hash and to a hash of the rules; making the
immutable release folder and moving the pointer; rolling back; holds; reading releases.

Stays out: the checks themselves (``checks``) and how a step is run by Dagster.
"""
