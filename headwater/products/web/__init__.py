"""Screens of products and price books."""
