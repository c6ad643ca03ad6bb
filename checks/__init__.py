"""What must hold: checks that return verdicts and publish nothing.

Belongs here: the verdict and how it is kept beside what it judges, Great Expectations suites
(kept as data) with the adapter that runs them, coverage, reconciliation with published
figures, and sums of parts against wholes.

Stays out: fetching and reading (``assets``), computing (``dbt_project``), and the decision to
publish, which only the audit in ``orchestration/release`` takes.
"""
