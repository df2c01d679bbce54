"""What can be done about duplicates."""

from headwater.duplicates.services.checking import block_rows, check_new, judge_rows, similar_customers
from headwater.duplicates.services.finding import find_similar
from headwater.duplicates.services.fingerprints import renew_fingerprints
from headwater.duplicates.services.noting import look_at_new, note_warned
from headwater.duplicates.services.rules import all_rules, archive_rule, create_rule, get_rule, update_rule
from headwater.duplicates.services.scanning import latest_scan, run_scan, start_scan
from headwater.duplicates.services.suggestions import dismiss, reopen_suggestions

__all__ = [
    "all_rules",
    "archive_rule",
    "block_rows",
    "check_new",
    "create_rule",
    "dismiss",
    "find_similar",
    "get_rule",
    "judge_rows",
    "latest_scan",
    "look_at_new",
    "note_warned",
    "renew_fingerprints",
    "reopen_suggestions",
    "run_scan",
    "similar_customers",
    "start_scan",
    "update_rule",
]
