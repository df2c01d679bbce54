"""API tokens: a person's key for a program, narrowed by scopes, with an end. Only a digest is kept."""
