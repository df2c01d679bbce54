"""Measures the product against floors in the same run. `make bench`; `SIZE=1M make bench`."""
