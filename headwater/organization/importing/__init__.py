"""People from files: who works here, in which department, under whom, with which roles."""
