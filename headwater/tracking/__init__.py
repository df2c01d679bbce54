"""What visitors do on the company's own pages, tied to a lead once they say who they are."""
