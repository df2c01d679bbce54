"""Django's PostgreSQL backend with two costs taken out of every request; see `base`."""
