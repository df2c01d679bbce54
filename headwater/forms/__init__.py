"""Landing forms: public pages on which people leave their details, and what came of them."""
