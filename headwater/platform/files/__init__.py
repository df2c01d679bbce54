"""Files that people put on records: checked, stored outside the web root, never executed.

The public functions are in `services`; rooms register who may see the files of their records.
"""
