"""People, departments, roles and what each role may do and see."""
