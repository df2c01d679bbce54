"""Offers to customers: versions, lines, discounts, tax, approval, the printed document, acceptance."""
