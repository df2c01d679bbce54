"""Fields of a lead from a card's picture or a free text."""
