"""What can be done with exports."""

from headwater.exports.services.asking import Wish, ask_export, ask_source, cancel_export, file_for
from headwater.exports.services.removing import remove_expired
from headwater.exports.services.writing import work_on

__all__ = ["Wish", "ask_export", "ask_source", "cancel_export", "file_for", "remove_expired", "work_on"]
