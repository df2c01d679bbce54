"""What a unit of one currency is worth in another, dated; the company's own currency."""
