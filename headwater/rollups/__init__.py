"""Counts kept up to date from events where reading the tables takes too long: exact, made anew at will."""
