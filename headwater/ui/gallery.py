"""Every component in all its states, on made-up data; only while developing."""

urlpatterns = []  # filled below in a later step
