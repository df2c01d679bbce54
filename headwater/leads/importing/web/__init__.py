"""The screens of the import wizard: upload, mapping, options, check, run, result, history."""
