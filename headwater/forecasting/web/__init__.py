"""Screens of forecasts."""
