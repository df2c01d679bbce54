"""Screens of web tracking: figures, sites, a lead's visits, and the script of a site."""
