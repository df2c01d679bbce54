"""JSON API of fields, picklists and views."""

from headwater.customization.api.fields import router as fields
from headwater.customization.api.picklists import router as picklists
from headwater.customization.api.views import router as views

ROUTERS = [("/fields", fields), ("/picklists", picklists), ("/views", views)]
