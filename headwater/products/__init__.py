"""What the company sells: products, units, price books."""
