"""Results as charts and tables; screens, dashboards and mails draw them the same way."""

from headwater.insight.drawing.view import ResultView, across_of, chart_option, link_to, report_view

__all__ = ["ResultView", "across_of", "chart_option", "link_to", "report_view"]
