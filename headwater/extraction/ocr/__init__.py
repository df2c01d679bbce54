"""Eyes for pictures of cards: a process of its own that can be ended at any moment, and its keeper."""
