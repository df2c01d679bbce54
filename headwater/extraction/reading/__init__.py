"""From lines of a card or a free text to the fields of a lead. Pure: no database, no pictures."""
