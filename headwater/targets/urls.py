"""The addresses of the room."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from headwater.targets.web import calls, progress, results, saying, sheet, sheet_files


class SeatConverter(StringConverter):
    """`person-7`, `department-3`, `company-0`."""

    regex = "(?:person|department|company)-[0-9]{1,18}"


class KindConverter(StringConverter):
    regex = "xlsx|csv"


register_converter(SeatConverter, "seat")
register_converter(KindConverter, "table_file")

urlpatterns = [
    path("targets", progress.progress_page, name="targets"),
    path("targets/set", sheet.sheet_page, name="targets_set"),
    path("targets/save", sheet.save_sheet, name="targets_save"),
    path("targets/file.<table_file:kind>", sheet_files.sheet_file, name="targets_file"),
    path("targets/bring", sheet_files.bring_file, name="targets_bring"),
    path("targets/spread/<seat:seat>", sheet.spread_year, name="targets_spread"),
    path("results", results.results_page, name="results"),
    path("results/opportunities", results.listed_page, name="results_listed"),
    path("results/file.<table_file:kind>", results.results_file, name="results_file"),
    path("commitments", calls.call_page, name="commitments"),
    path("commitments/people/<int:person_id>", saying.committed, name="commitments_list"),
    path("commitments/adjust/<seat:seat>/<slug:called>", saying.adjust, name="commitments_adjust"),
    path("commitments/submit/<seat:seat>", saying.submit, name="commitments_submit"),
    path("commitments/history/<seat:seat>", saying.history, name="commitments_history"),
    path(
        "opportunities/<int:opportunity_id>/forecast-category",
        saying.set_category,
        name="opportunity_category",
    ),
    path("settings/forecast-categories", saying.stages, name="forecast_categories"),
]
