"""What runs when: Dagster definitions, the two jobs, the release and the command line.

Belongs here: assembling assets, checks and the dbt project into one code location; builds and
their fingerprints; jobs, schedules, sensors and resources; ``release/``, the only code that
writes below ``releases/``; the ``agis`` command.

Stays out: how bytes are read (``assets``), what must hold (``checks``), what is computed
(``dbt_project``).
"""
