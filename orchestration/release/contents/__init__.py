"""What a release holds beside its figures, all generated from one declaration.

The declaration is dbt's YAML (contract, descriptions, labels, units, keys, exposures) and the
registry; nothing that describes a table is written twice.
"""
