"""How the running product is watched: request ids, structured logs, health and metrics."""
